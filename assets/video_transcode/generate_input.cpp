// SPDX-License-Identifier: Apache-2.0
// Makes an MPEG-4 video elementary stream of a moving pattern, always the same.
// usage: generate_input OUT.m4v
#include "libav.h"

#include <cstdint>
#include <cstdio>
#include <fstream>

namespace {

constexpr int width = 320, height = 180, frames = 100;

/* Rings that grow, a disc that crosses them, and the grain of a film. */
void draw(AVFrame &picture, int time, uint32_t &random)
{
	check(av_frame_make_writable(&picture), "av_frame_make_writable");
	for (int y = 0; y < height; y++) {
		uint8_t *row = picture.data[0] + y * picture.linesize[0];

		for (int x = 0; x < width; x++) {
			int dx = x - width / 2, dy = y - height / 2;
			int disc = (x - 3 * time) * (x - 3 * time) + dy * dy;
			int ring = ((dx * dx + dy * dy) / 64 - 4 * time) & 127;

			random = random * 1664525 + 1013904223;
			row[x] = (disc < 900 ? 220 : 64 + ring) + (random >> 29);
		}
	}
	for (int plane = 1; plane <= 2; plane++) {
		for (int y = 0; y < height / 2; y++) {
			uint8_t *row = picture.data[plane] + y * picture.linesize[plane];

			for (int x = 0; x < width / 2; x++)
				row[x] = 96 + ((plane == 1 ? x : y) + time) % 64;
		}
	}
	picture.pts = time;
}

void generate(const char *path)
{
	Codec encoder = open_encoder(width, height, 4);
	Frame picture = new_picture(width, height);
	Packet packet(check(av_packet_alloc(), "av_packet_alloc"));
	std::ofstream file(path, std::ios::binary);
	uint32_t random = 2026;
	auto write = [&](const AVPacket &packet) {
		file.write(reinterpret_cast<const char *>(packet.data), packet.size);
	};

	for (int time = 0; time < frames; time++) {
		draw(*picture, time, random);
		encode(*encoder, picture.get(), *packet, write);
	}
	encode(*encoder, nullptr, *packet, write);
	if (!file.flush())
		throw std::runtime_error(std::string("cannot write ") + path);
}

} // namespace

int main(int argc, char **argv)
{
	try {
		if (argc != 2)
			throw std::runtime_error("usage: generate_input OUT.m4v");
		generate(argv[1]);
	} catch (const std::exception &error) {
		std::fprintf(stderr, "generate_input: %s\n", error.what());
		return 1;
	}
}
