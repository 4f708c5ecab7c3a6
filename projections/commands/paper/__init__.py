"""Registers for people 登记簿: workbooks, pages and tables that say what they were made from."""
