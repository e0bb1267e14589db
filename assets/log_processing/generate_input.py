#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Makes a web server's access log in Apache's combined format, always the same.

usage: generate_input.py OUT LINES [attack]     attack: waves of requests from many clients
An OUT that ends in .gz is compressed.
"""
import gzip
import random
import sys
import time

START = 1795305600  # 2026-11-22 00:00:00 UTC
QUIET_GAP_S, WAVE_PERIOD_S, WAVE_LENGTH_S, WAVE_GAP_S = 0.15, 120, 20, 0.01
AGENTS = [
    'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
    'curl/8.9.1',
    'ExampleBot/2.1 (+https://bot.example/about)',
]


def zipf(rng, items):
    """Draws from the items, the first ones most often."""
    total, weights = 0.0, []
    for rank in range(1, len(items) + 1):
        total += 1 / rank
        weights.append(total)
    return lambda: rng.choices(items, cum_weights=weights)[0]


def lines(rng, count, attack):
    pages = ['/'] + [f'/{rng.choice(["shop", "blog", "help"])}/{n}' for n in range(400)]
    page = zipf(rng, pages)
    client = zipf(rng, [f'203.0.{n >> 8}.{n & 255}' for n in rng.sample(range(1 << 16), 2000)])
    bots = [f'198.18.{rng.randint(0, 3)}.{n}' for n in range(256)]
    quiet_gap_s = QUIET_GAP_S if attack else 1.3
    now = START
    for _ in range(count):
        in_wave = attack and now % WAVE_PERIOD_S < WAVE_LENGTH_S
        now += rng.expovariate(1 / (WAVE_GAP_S if in_wave else quiet_gap_s))
        if in_wave and rng.random() < 0.9:
            who, what, agent = rng.choice(bots), f'/search?q={rng.randint(0, 9999)}', AGENTS[3]
            status = 503 if rng.random() < 0.6 else 200
        else:
            who, what, agent = client(), page(), rng.choice(AGENTS)
            status = rng.choices([200, 304, 301, 404, 500], [80, 10, 4, 5, 1])[0]
        if rng.random() < 0.2:
            what += f'?page={rng.randint(1, 9)}'
        size = '-' if status == 304 else int(rng.lognormvariate(8.5, 1.2))
        stamp = time.strftime('%d/%b/%Y:%H:%M:%S +0000', time.gmtime(now))
        method = 'POST' if rng.random() < 0.1 else 'GET'
        if rng.random() < 0.003:
            yield f'{who} - - [{stamp}] "-" 408 - "-" "-"\n'
        yield (f'{who} - - [{stamp}] "{method} {what} HTTP/1.1" {status} {size} '
               f'"https://www.example{page()}" "{agent}"\n')


def main(path, count, attack=None):
    text = ''.join(lines(random.Random(2026), int(count), attack is not None)).encode()
    with open(path, 'wb') as file:
        file.write(gzip.compress(text, 6, mtime=0) if path.endswith('.gz') else text)


main(*sys.argv[1:])
