// SPDX-License-Identifier: Apache-2.0
// What the video programs share: libav's objects with owners, an MPEG-4 encoder, its packets.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

#include <memory>
#include <stdexcept>
#include <string>

template <auto release>
struct Release {
	template <class T> void operator()(T *object) const { release(&object); }
};
using Codec = std::unique_ptr<AVCodecContext, Release<avcodec_free_context>>;
using Frame = std::unique_ptr<AVFrame, Release<av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, Release<av_packet_free>>;

inline int check(int result, const char *what)
{
	if (result < 0)
		throw std::runtime_error(std::string(what) + ": libav error " + std::to_string(result));
	return result;
}

template <class T> T *check(T *object, const char *what)
{
	if (!object)
		throw std::runtime_error(std::string(what) + " failed");
	return object;
}

/* The same bits come out on every CPU: the integer transforms in C, no SIMD variant of them. */
inline void make_exact(AVCodecContext &codec)
{
	codec.flags |= AV_CODEC_FLAG_BITEXACT;
	codec.idct_algo = FF_IDCT_SIMPLE;
	codec.dct_algo = FF_DCT_INT;
	codec.thread_count = 1;
}

inline Codec open_encoder(int width, int height, int quantiser)
{
	const AVCodec *mpeg4 = check(avcodec_find_encoder(AV_CODEC_ID_MPEG4), "the MPEG-4 encoder");
	Codec codec(check(avcodec_alloc_context3(mpeg4), "avcodec_alloc_context3"));

	make_exact(*codec);
	codec->width = width;
	codec->height = height;
	codec->pix_fmt = AV_PIX_FMT_YUV420P;
	codec->time_base = {1, 25};
	codec->gop_size = 12;
	codec->flags |= AV_CODEC_FLAG_QSCALE;
	codec->global_quality = FF_QP2LAMBDA * quantiser;
	check(avcodec_open2(codec.get(), mpeg4, nullptr), "avcodec_open2");
	return codec;
}

inline Frame new_picture(int width, int height)
{
	Frame frame(check(av_frame_alloc(), "av_frame_alloc"));

	frame->format = AV_PIX_FMT_YUV420P;
	frame->width = width;
	frame->height = height;
	check(av_frame_get_buffer(frame.get(), 0), "av_frame_get_buffer");
	return frame;
}

/* Encodes a picture, or with none what is left, and hands every packet to `take`. */
template <class Take>
void encode(AVCodecContext &codec, const AVFrame *frame, AVPacket &packet, Take take)
{
	int result;

	check(avcodec_send_frame(&codec, frame), "avcodec_send_frame");
	while ((result = avcodec_receive_packet(&codec, &packet)) >= 0) {
		take(packet);
		av_packet_unref(&packet);
	}
	if (result != AVERROR(EAGAIN) && result != AVERROR_EOF)
		check(result, "avcodec_receive_packet");
}
