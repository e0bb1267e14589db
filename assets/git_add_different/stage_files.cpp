// SPDX-License-Identifier: Apache-2.0
// Unpacks files of an archive into a new repository and stages each of them.
// usage: stage_files FILES
//
// After the archive's end it begins again, in another folder and with other contents, so that
// every file makes an object of its own.
#include <git2.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

namespace fs = std::filesystem;

template <auto release>
struct Release {
	template <class T> void operator()(T *object) const { release(object); }
};
using Repository = std::unique_ptr<git_repository, Release<git_repository_free>>;
using Index = std::unique_ptr<git_index, Release<git_index_free>>;

void check(int result, const char *what)
{
	if (result >= 0)
		return;
	const git_error *error = git_error_last();
	throw std::runtime_error(std::string(what) + ": " + (error ? error->message : "failed"));
}

/* The files of a tar archive (POSIX ustar, with names of at most 100 bytes), again and again. */
class Archive {
public:
	explicit Archive(const char *path) : input(path, std::ios::binary)
	{
		if (!input)
			throw std::runtime_error(std::string("cannot read ") + path);
		input.exceptions(std::ios::failbit | std::ios::badbit);
	}

	/* Goes on to the next file. */
	void next()
	{
		std::string header = read(block);

		/* An empty name ends the archive. */
		if (header[0] == '\0') {
			input.seekg(0);
			round++;
			header = read(block);
		}
		if (header.compare(257, 5, "ustar") != 0)
			throw std::runtime_error("not a tar archive");
		name = header.substr(0, 100).c_str();
		contents = read(std::stoul(header.substr(124, 12), nullptr, 8));
		input.ignore((block - contents.size() % block) % block);
	}

	std::string name, contents;
	/* How often it has begun again. */
	unsigned long round = 0;

private:
	static constexpr size_t block = 512;
	std::ifstream input;

	std::string read(size_t size)
	{
		std::string bytes(size, '\0');

		input.read(bytes.data(), static_cast<std::streamsize>(size));
		return bytes;
	}
};

/* Git has no settings here but its own defaults. */
void ignore_settings()
{
	for (int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
			  GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL})
		check(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, ""), "GIT_OPT_SET_SEARCH_PATH");
}

void write_file(const fs::path &path, const Archive &archive)
{
	fs::create_directories(path.parent_path());
	std::ofstream file(path, std::ios::binary);

	file << "import " << archive.round << '\n' << archive.contents;
	if (!file.flush())
		throw std::runtime_error("cannot write " + path.string());
}

void stage(unsigned long files)
{
	Archive archive("files.tar");
	git_repository *created = nullptr;
	git_index *opened = nullptr;

	ignore_settings();
	check(git_repository_init(&created, "repository", 0), "git_repository_init");
	Repository repository(created);
	check(git_repository_index(&opened, created), "git_repository_index");
	Index index(opened);

	for (unsigned long number = 0; number < files; number++) {
		archive.next();
		std::string path = "import-" + std::to_string(archive.round) + "/" + archive.name;

		write_file("repository/" + path, archive);
		check(git_index_add_bypath(opened, path.c_str()), "git_index_add_bypath");
	}
	check(git_index_write(opened), "git_index_write");

	git_oid tree;
	char name[GIT_OID_HEXSZ + 1];
	check(git_index_write_tree(&tree, opened), "git_index_write_tree");
	std::printf("%zu files staged, tree %s\n", git_index_entrycount(opened),
		    git_oid_tostr(name, sizeof(name), &tree));
}

} // namespace

int main(int argc, char **argv)
{
	char *end = nullptr;
	long files = argc == 2 ? std::strtol(argv[1], &end, 10) : 0;

	if (files < 1 || *end != '\0') {
		std::fprintf(stderr, "usage: %s FILES\n", argv[0]);
		return 2;
	}
	try {
		check(git_libgit2_init(), "git_libgit2_init");
		stage(static_cast<unsigned long>(files));
	} catch (const std::exception &error) {
		std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
		return 1;
	}
	return std::fflush(stdout) == 0 ? 0 : 1;
}
