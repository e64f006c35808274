"""Invoices, credit notes and packing slips: numbered, frozen, as PDF."""
