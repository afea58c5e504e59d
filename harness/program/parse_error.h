// Why a text is no program: where, what, and what was probably meant.
//
// Inside the parser a ParseError is thrown (the first error ends the parse, and every helper would
// otherwise have to hand it up); parse_program() returns it.

#pragma once

#include <string>

namespace epollcheck {

struct ParseError {
    std::string file;
    int line = 0;    // from 1; 0 if the error is about the file as a whole
    int column = 0;  // from 1, in bytes; 0 likewise
    std::string message;
    std::string suggestion;  // what to do about it; may be empty

    /// "file:line:column: error: message; suggestion", the form that editors jump to.
    [[nodiscard]] std::string text() const;
};

}  // namespace epollcheck
