#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Makes a shop's products and transactions as CSV, always the same. One product goes viral.

usage: generate_input.py PRODUCTS.csv TRANSACTIONS.csv COUNT
"""
import random
import sys

PRODUCTS = 500
CATEGORIES = ('books', 'games', 'garden', 'kitchen', 'music', 'sports', 'toys', 'travel')
VIRAL = 123
# The viral product's share of the sales rises to this and falls again, once in so many sales.
VIRAL_SHARE, VIRAL_PERIOD = 0.5, 4000


def main(products_path, transactions_path, count):
    rng = random.Random(2026)
    with open(products_path, 'w', encoding='utf-8') as file:
        file.write('product,name,category,price_cents\n')
        for product in range(PRODUCTS):
            price = int(rng.lognormvariate(7.5, 0.8))
            file.write(f'P{product:05d},Item {product},{rng.choice(CATEGORIES)},{price}\n')
    second = 0
    with open(transactions_path, 'w', encoding='utf-8') as file:
        file.write('transaction,second,product,customer,quantity\n')
        for index in range(count):
            phase = index % VIRAL_PERIOD / VIRAL_PERIOD
            share = VIRAL_SHARE * max(0.0, 1 - abs(2 * phase - 1) * 1.5)
            product = VIRAL if rng.random() < share else rng.randrange(PRODUCTS)
            second += rng.randint(0, 3)
            file.write(f'{index},{second},P{product:05d},C{rng.randrange(5000):05d},'
                       f'{rng.choice((1, 1, 1, 2, 3))}\n')


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
