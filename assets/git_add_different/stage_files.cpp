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
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

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

std::string read_file(const char *path)
{
	std::ifstream file(path, std::ios::binary);
	std::string bytes{std::istreambuf_iterator<char>(file), {}};

	if (bytes.empty())
		throw std::runtime_error(std::string("cannot read ") + path);
	return bytes;
}

/* The files of a tar archive (POSIX ustar, with names of at most 100 bytes), again and again. */
class Archive {
public:
	struct File {
		std::string path;
		std::string_view contents;
	};

	explicit Archive(const char *path) : bytes(read_file(path)) {}

	File next()
	{
		/* An empty name ends the archive. */
		if (at + block > bytes.size() || bytes[at] == '\0') {
			at = 0;
			round++;
		}
		if (bytes.compare(at + 257, 5, "ustar") != 0)
			throw std::runtime_error("not a tar archive");
		size_t size = std::stoul(bytes.substr(at + 124, 12), nullptr, 8);
		size_t contents = at + block;
		std::string name = bytes.substr(at, 100).c_str();

		if (contents + size > bytes.size())
			throw std::runtime_error("the archive is cut short");
		at = contents + (size + block - 1) / block * block;
		return {"import-" + std::to_string(round) + "/" + name,
			std::string_view(bytes).substr(contents, size)};
	}

	unsigned long round = 0;

private:
	static constexpr size_t block = 512;
	std::string bytes;
	size_t at = 0;
};

/* Git has no settings here but its own defaults. */
void ignore_settings()
{
	for (int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
			  GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL})
		check(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, ""), "GIT_OPT_SET_SEARCH_PATH");
}

void write_file(const fs::path &path, unsigned long round, std::string_view contents)
{
	fs::create_directories(path.parent_path());
	std::ofstream file(path, std::ios::binary);

	file << "import " << round << '\n' << contents;
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
		Archive::File file = archive.next();

		write_file("repository/" + file.path, archive.round, file.contents);
		check(git_index_add_bypath(opened, file.path.c_str()), "git_index_add_bypath");
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
