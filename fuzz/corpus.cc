// Corpus. See corpus.h.

#include "fuzz/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/novelty.h"
#include "fuzz/program_bytes.h"
#include "fuzz/seeds.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;

wire::Bytes read_input(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Program plainest_program(Reach reach) {
    Program program;
    program.operations.push_back({.kind = OperationKind::kEpollCreate1, .bound = {0, kNoHandle}});
    make_lawful(program, reach);
    return program;
}

}  // namespace

std::size_t corpus_size(const std::string& directory) {
    std::error_code ignored;
    const fs::directory_iterator files(directory, ignored);
    return ignored ? 0 : static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::optional<std::string> plant_seeds(const std::string& directory, Reach reach, Seeds seeds) {
    std::error_code failure;
    fs::create_directories(directory, failure);
    if (failure) {
        return fmt::format("cannot make the directory {}: {}", directory, failure.message());
    }
    std::size_t number = 0;
    for (const Program& program :
         seeds == Seeds::kAll ? seed_programs(reach) : std::vector{plainest_program(reach)}) {
        const fs::path path = fs::path(directory) / fmt::format("seed-{:04}", number++);
        const wire::Bytes bytes = bytes_of_program(program);
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        if (!file.flush()) {
            return fmt::format("cannot write to {}", path.string());
        }
    }
    return std::nullopt;
}

Minimised minimise_corpus(const std::string& directory) {
    struct Input {
        fs::path path;
        wire::Bytes bytes;
    };
    std::vector<Input> inputs;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        inputs.push_back({entry.path(), read_input(entry.path())});
    }
    std::ranges::sort(inputs, [](const Input& left, const Input& right) {
        return left.bytes.size() != right.bytes.size() ? left.bytes.size() < right.bytes.size()
                                                       : left.path < right.path;
    });
    Novelty novelty(Feedback::kCounters);
    Minimised result{.before = inputs.size(), .after = 0};
    for (const Input& input : inputs) {
        if (novelty.is_new(input.bytes)) {
            ++result.after;
        } else {
            std::error_code ignored;  // then it stays, which does no harm
            fs::remove(input.path, ignored);
        }
    }
    return result;
}

}  // namespace epollcheck
