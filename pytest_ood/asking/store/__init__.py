"""Every answer ever paid for and every trace, in one SQLite file.

store       the file: claims, answers, traces
schema      its tables, and the migrations from earlier versions
rows        a row of the table of answers, and its digest
workers     which processes use a store
rescue      what becomes of answers where the disk is full
admin       statistics, checking, deleting
recovery    the answers of a damaged file, and `pages`, which reads it without SQLite
"""

from pytest_ood.asking.store.store import DEFAULT_STORE, Claim, Store, StoreError, Totals

__all__ = ["DEFAULT_STORE", "Claim", "Store", "StoreError", "Totals"]
