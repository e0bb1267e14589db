#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Makes a CSV file of request times by customer; one customer has most of the rows. Always the same.

usage: generate_input.py OUT ROWS
"""
import random
import sys

HOT_SHARE = 0.6
CUSTOMERS = 300


def main(path, count):
    rng = random.Random(2026)
    customers = [f'customer-{rng.randrange(16**6):06x}' for _ in range(CUSTOMERS)]
    now_ms = 0
    with open(path, 'w', encoding='utf-8') as file:
        file.write('time_ms,customer,region,latency_us\n')
        for _ in range(count):
            now_ms += int(rng.expovariate(0.2))
            customer = customers[0 if rng.random() < HOT_SHARE else rng.randrange(1, CUSTOMERS)]
            region = rng.choice(('eu-west', 'eu-north', 'us-east'))
            file.write(f'{now_ms},{customer},{region},{int(rng.lognormvariate(8, 0.9))}\n')


main(sys.argv[1], int(sys.argv[2]))
