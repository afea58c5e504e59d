// Writes the seeds of the targets as files of bytes: `write_seeds DIRECTORY`, from the top of the
// tree, makes DIRECTORY/TARGET for each. A program of its own, because only the code knows how
// programs become bytes.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/corpus.h"
#include "fuzz/reader_subject.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;

/// Where the tree has files that a reader reads.
constexpr struct {
    const char* reader;
    const char* directory;
    const char* suffix;
} kFiles[] = {
    {"program", "conformance/cases/golden", ".ep"},
    {"program", "conformance/cases/threads", ".ep"},
    {"program", "conformance/cases/process", ".ep"},
    {"universe", "conformance/universes", ".universe"},
    {"scenario", "stress/scenarios", ".scenario"},
    {"description", "harness/targets", ".toml"},
    {"expectations", "harness/targets/expectations", ".toml"},
    {"results", "reports/golden", ".jsonl"},
    {"history", "stress/histories", ".log"},
};

bool write_reader_seeds(const fs::path& directory) {
    const auto names = reader_names();
    fs::create_directories(directory);
    int number = 0;
    bool is_written = true;
    for (const auto& files : kFiles) {
        const auto reader = std::ranges::find(names, files.reader) - names.begin();
        for (const fs::directory_entry& entry : fs::directory_iterator(files.directory)) {
            if (!entry.is_regular_file() || !entry.path().string().ends_with(files.suffix)) {
                continue;
            }
            std::ifstream from(entry.path(), std::ios::binary);
            std::ofstream to(directory / ("seed-" + std::to_string(number++)), std::ios::binary);
            to << static_cast<char>(reader) << from.rdbuf();
            is_written = is_written && to.good();
        }
    }
    return is_written;
}

}  // namespace

}  // namespace epollcheck

int main(int count, char** arguments) {
    using namespace epollcheck;
    if (count != 2) {
        std::fprintf(stderr, "usage: write_seeds DIRECTORY\n");
        return 2;
    }
    const fs::path directory = arguments[1];
    const auto calls = plant_seeds(directory / "fuzz_calls", Reach::kMachine, Seeds::kAll);
    const auto difference =
        plant_seeds(directory / "fuzz_difference", Reach::kMachine, Seeds::kAll);
    const auto threads = plant_seeds(directory / "fuzz_threads", Reach::kThreads, Seeds::kAll);
    const bool is_done =
        !calls && !difference && !threads && write_reader_seeds(directory / "fuzz_readers");
    return is_done ? 0 : 1;
}
