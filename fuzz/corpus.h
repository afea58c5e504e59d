// Corpus: a directory of inputs, one file each, as libFuzzer reads and writes it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/lawful.h"

namespace epollcheck {

/// How many inputs there are.
std::size_t corpus_size(const std::string& directory);

/// What a corpus begins with.
enum class Seeds : std::uint8_t {
    kAll,
    kPlainest,  // a program that makes an instance: without any, libFuzzer does not begin
};

/// Makes the directory, and puts seeds for `reach` into it. The error, or nothing.
std::optional<std::string> plant_seeds(const std::string& directory, Reach reach, Seeds seeds);

struct Minimised {
    std::size_t before = 0;
    std::size_t after = 0;
};

/// Removes inputs that reach nothing in the model which smaller ones do not reach together: for
/// programs of one call after the other, which the model can run itself.
Minimised minimise_corpus(const std::string& directory);

}  // namespace epollcheck
