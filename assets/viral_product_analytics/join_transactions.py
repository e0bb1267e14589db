#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Joins transactions with products and finds what is trending, over two rolling windows.

usage: join_transactions.py UNITS
"""
import sys
import zlib
from _collections import deque  # its package, collections, takes longer to import than all else
from itertools import islice

PRODUCTS, TRANSACTIONS = 'products.csv', 'transactions.csv'
TRANSACTIONS_PER_UNIT = 400
LONG_WINDOW, SHORT_WINDOW = 2000, 400
REPORT_EVERY = 400


def rows(path):
    with open(path, encoding='utf-8') as file:
        next(file)
        for line in file:
            yield line.rstrip('\n').split(',')


def endless_rows(path):
    """The rows of the file; after its end it begins again."""
    while True:
        yield from rows(path)


class Window:
    """Pieces sold by product and revenue by category, over the last `length` transactions."""

    def __init__(self, length):
        self.length = length
        self.entries = deque()
        self.sold, self.revenue = {}, {}

    def add(self, product, category, quantity, cents):
        self.entries.append((product, category, quantity, cents))
        self.sold[product] = self.sold.get(product, 0) + quantity
        self.revenue[category] = self.revenue.get(category, 0) + cents
        if len(self.entries) > self.length:
            product, category, quantity, cents = self.entries.popleft()
            self.sold[product] -= quantity
            if self.sold[product] == 0:
                del self.sold[product]
            self.revenue[category] -= cents


def trending(short, long):
    """The product whose sales grew most against the longer window, and by how many times."""
    product = max(short.sold, key=lambda name: (short.sold[name] ** 2 / long.sold[name], name))
    growth = short.sold[product] * len(long.entries) / long.sold[product] / len(short.entries)
    return product, growth


def main(units):
    catalogue = {name: (category, int(price)) for name, _, category, price in rows(PRODUCTS)}
    long, short = Window(LONG_WINDOW), Window(SHORT_WINDOW)
    count, crc, leaders = units * TRANSACTIONS_PER_UNIT, 0, {}
    for index, (_, _, product, customer, quantity) in enumerate(
            islice(endless_rows(TRANSACTIONS), count), 1):
        category, price = catalogue[product]
        cents = int(quantity) * price
        long.add(product, category, int(quantity), cents)
        short.add(product, category, int(quantity), cents)
        crc = zlib.crc32(f'{customer},{category},{cents}\n'.encode(), crc)
        if index % REPORT_EVERY == 0:
            leader, growth = trending(short, long)
            leaders[leader] = leaders.get(leader, 0) + 1
            found = f'{leader},{growth:.3f},{sorted(short.revenue.items())}\n'
            crc = zlib.crc32(found.encode(), crc)
    leader = max(leaders, key=lambda name: (leaders[name], name))
    print(f'{count} transactions, most often trending {leader}, crc32 {crc:08x}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
