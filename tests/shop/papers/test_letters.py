"""Which letters the papers can print: every script of an address, and a box for the rest."""

import pytest

from shop.papers import letters
from shop.papers.letters import BOX, FONTS, clean

NAMES = {
    "Vietnamese": "Nguyễn Thị Hồng, Đà Nẵng",
    "Polish": "Święty Łukasz, Łódź",
    "Greek": "Οδός Ερμού 12, Αθήνα",
    "Cyrillic": "Київ, вул. Хрещатик",
    "Arabic": "شارع الملك فهد، الرياض",
    "Hebrew": "רחוב הרצל, תל אביב",
    "Urdu": "شاہراہِ قائدین، کراچی",
    "Hindi": "महात्मा गांधी मार्ग, दिल्ली",
    "Bengali": "রবীন্দ্র সরণি, কলকাতা",
    "Tamil": "சென்னை",
    "Telugu": "హైదరాబాద్",
    "Kannada": "ಬೆಂಗಳೂರು",
    "Malayalam": "തിരുവനന്തപുരം",
    "Gujarati": "અમદાવાદ",
    "Punjabi": "ਅੰਮ੍ਰਿਤਸਰ",
    "Odia": "ଭୁବନେଶ୍ୱର",
    "Sinhala": "කොළඹ",
    "Thai": "ถนนสุขุมวิท กรุงเทพฯ",
    "Lao": "ວຽງຈັນ",
    "Khmer": "ភ្នំពេញ",
    "Burmese": "ရန်ကုန်",
    "Tibetan": "ཐིམ་ཕུག",
    "Mongolian": "ᠤᠯᠠᠭᠠᠨᠪᠠᠭᠠᠲᠤᠷ",
    "Georgian": "თბილისი",
    "Armenian": "Երևան",
    "Amharic": "አዲስ አበባ",
    "Thaana": "މާލެ",
    "Japanese": "東京都千代田区丸の内ヒルズ",
    "Chinese": "北京市朝陽區 广州",
    "Korean": "서울특별시 강남구",
}


@pytest.mark.parametrize("language", NAMES)
def test_an_address_of_every_script_has_its_letters(language):
    assert BOX not in clean(NAMES[language])


def test_a_letter_that_no_font_has_is_a_box():
    assert clean("Kora 🎸 𠮷") == f"Kora {BOX} {BOX}"


def test_a_decomposed_name_is_printed_as_the_composed_one():
    assert clean("Zoe\u0308 Ko\u0308ln") == "Zoë Köln"


def test_signs_that_turn_the_text_around_are_taken_out():
    assert clean("Ada\u202e reyuB\u2066\u200b\ufeff") == "Ada reyuB"


def test_line_breaks_and_controls_become_one_space():
    assert clean(" Ada\r\n\tBuyer\x00\x1b[31m ") == "Ada Buyer [31m"


def test_joiners_stay_where_letters_join_and_go_elsewhere():
    assert clean("क्\u200dष") == "क्\u200dष"
    assert clean("A\u200dB") == "AB"


def test_accents_that_would_cover_other_lines_are_dropped():
    assert clean("Z" + "\u0335" * 50) == "Z" + "\u0335" * 2


def test_latin_is_in_the_shops_own_font_unless_it_lacks_a_letter():
    assert letters.main_font("Köln", "text") == "figtree-regular"
    assert letters.main_font("Αθήνα", "text") == "noto-regular"
    assert letters.main_font("Łódź", "heading") == "noto-bold"


def test_every_font_is_used_and_has_its_licence_beside_it():
    files = {path.stem for path in FONTS.glob("*.ttf")}
    used = {font for face in letters.FACES.values() for font in face} | set(letters.SCRIPTS)
    licences = {path.stem.split("-")[1] for path in FONTS.glob("*.txt")}
    assert files == used
    assert {name.split("-")[0] for name in files} == licences


def test_the_fonts_are_small_enough_to_lie_in_the_repository():
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 15_000_000
