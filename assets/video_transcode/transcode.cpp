// SPDX-License-Identifier: Apache-2.0
// Decodes a video, scales its pictures to half the size and encodes them again.
// usage: transcode FRAMES     (after the video's end it begins again)
//
// The input is an elementary stream: opening a container would take libavformat, whose libraries
// double the time that the program takes to start.
#include "libav.h"

extern "C" {
#include <libavutil/crc.h>
#include <libswscale/swscale.h>
}

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace {

template <auto close>
struct Close {
	template <class T> void operator()(T *object) const { close(object); }
};
using Parser = std::unique_ptr<AVCodecParserContext, Close<av_parser_close>>;
using Scaler = std::unique_ptr<SwsContext, Close<sws_freeContext>>;

/* The pictures of an MPEG-4 stream, one after the other, without end. */
class Video {
public:
	explicit Video(const char *path) : file(path, std::ios::binary)
	{
		make_exact(*decoder);
		/* There are no B frames: each picture comes out as it is decoded. */
		decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
		check(avcodec_open2(decoder.get(), codec, nullptr), "avcodec_open2");
	}

	const AVFrame &next()
	{
		int result;

		while ((result = avcodec_receive_frame(decoder.get(), frame.get())) == AVERROR(EAGAIN))
			decode_some();
		check(result, "avcodec_receive_frame");
		return *frame;
	}

private:
	void decode_some()
	{
		packet->size = 0;
		while (packet->size == 0) {
			if (at == filled)
				read_some();
			at += check(av_parser_parse2(parser.get(), decoder.get(), &packet->data,
						     &packet->size, buffer + at, filled - at,
						     AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0),
				    "av_parser_parse2");
		}
		check(avcodec_send_packet(decoder.get(), packet.get()), "avcodec_send_packet");
	}

	void read_some()
	{
		if (file.peek() == std::ifstream::traits_type::eof()) {
			file.clear();
			file.seekg(0);
		}
		file.read(reinterpret_cast<char *>(buffer), capacity);
		filled = static_cast<int>(file.gcount());
		at = 0;
		if (filled == 0)
			throw std::runtime_error("cannot read the video");
	}

	static constexpr int capacity = 16 * 1024;
	std::ifstream file;
	/* Libav may read beyond the end. */
	uint8_t buffer[capacity + AV_INPUT_BUFFER_PADDING_SIZE] = {};
	int filled = 0, at = 0;
	const AVCodec *codec = check(avcodec_find_decoder(AV_CODEC_ID_MPEG4), "the MPEG-4 decoder");
	Codec decoder{check(avcodec_alloc_context3(codec), "avcodec_alloc_context3")};
	Parser parser{check(av_parser_init(AV_CODEC_ID_MPEG4), "av_parser_init")};
	Packet packet{check(av_packet_alloc(), "av_packet_alloc")};
	Frame frame{check(av_frame_alloc(), "av_frame_alloc")};
};

void transcode(long frames)
{
	Video video("input.m4v");
	const AVFrame *source = &video.next();
	int width = source->width, height = source->height;
	Frame scaled = new_picture(width / 2, height / 2);
	Codec encoder = open_encoder(scaled->width, scaled->height, 5);
	Packet packet(check(av_packet_alloc(), "av_packet_alloc"));
	Scaler scaler(check(sws_getContext(width, height, AV_PIX_FMT_YUV420P, scaled->width,
					   scaled->height, AV_PIX_FMT_YUV420P,
					   SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr,
					   nullptr, nullptr),
			    "sws_getContext"));
	long packets = 0, bytes = 0;
	uint32_t crc = 0;
	auto add = [&](const AVPacket &packet) {
		packets++;
		bytes += packet.size;
		crc = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), crc, packet.data, packet.size);
	};

	for (long number = 0; number < frames; number++) {
		if (number > 0)
			source = &video.next();
		check(av_frame_make_writable(scaled.get()), "av_frame_make_writable");
		check(sws_scale(scaler.get(), source->data, source->linesize, 0, height, scaled->data,
				scaled->linesize),
		      "sws_scale");
		scaled->pts = number;
		encode(*encoder, scaled.get(), *packet, add);
	}
	encode(*encoder, nullptr, *packet, add);
	if (packets != frames)
		throw std::runtime_error("not every frame gave a packet");
	std::printf("%ld frames, %ld bytes, crc32 %08x\n", frames, bytes, crc);
}

} // namespace

int main(int argc, char **argv)
{
	char *end = nullptr;
	long frames = argc == 2 ? std::strtol(argv[1], &end, 10) : 0;

	if (frames < 1 || *end != '\0') {
		std::fprintf(stderr, "usage: %s FRAMES\n", argv[0]);
		return 2;
	}
	try {
		transcode(frames);
	} catch (const std::exception &error) {
		std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
		return 1;
	}
	return std::fflush(stdout) == 0 ? 0 : 1;
}
