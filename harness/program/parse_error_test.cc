// Errors of the parser: each says where it is, what is wrong and, where it can, what was meant.

#include "harness/program/parse_error.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "harness/program/parser.h"

namespace epollcheck {
namespace {

ParseError error_of(const std::string& text) {
    const auto result = parse_program(text, "bad.ep");
    if (std::holds_alternative<Program>(result)) FAIL("no error for: " << text);
    return std::get<ParseError>(result);
}

/// The error of `line` in a program where ep, e, r and w are bound; its column and text.
std::string line_error(const std::string& line) {
    const ParseError error =
        error_of("epoll_create1(0) = ep\neventfd(0, 0) = e\npipe2([r, w], 0)\n" + line + "\n");
    CHECK(error.file == "bad.ep");
    CHECK(error.line == 4);
    CHECK(error.text().starts_with(fmt::format("bad.ep:4:{}: error: ", error.column)));
    const std::string advice = error.suggestion.empty() ? "" : "; " + error.suggestion;
    return fmt::format("{}: {}{}", error.column, error.message, advice);
}

}  // namespace

TEST_CASE("parse errors: unknown names come with suggestions") {
    CHECK(line_error("epol_wait(ep, 1, 0)") ==
          "1: unknown operation 'epol_wait'; did you mean 'epoll_wait'?");
    CHECK(line_error("T2: clsoe(e)") == "5: unknown operation 'clsoe'; did you mean 'close'?");
    CHECK(line_error("frobnicate(e)") == "1: unknown operation 'frobnicate'");
    CHECK(line_error("poll(e, IN|OUTT)") == "12: unknown event 'OUTT'; did you mean 'OUT'?");
    CHECK(line_error("epoll_wait(ep, 1, 0) = [1:INN]") ==
          "27: unknown event 'INN'; did you mean 'IN'?");
    CHECK(line_error("epoll_create1(EPOLL_CLOEXE)") ==
          "15: unknown flag 'EPOLL_CLOEXE'; did you mean 'EPOLL_CLOEXEC'?");
    CHECK(line_error("epoll_ctl(ep, ADDD, e, NULL)") ==
          "15: expected ADD, MOD, DEL or a number, found 'ADDD'; did you mean 'ADD'?");
    CHECK(line_error("fcntl(e, F_GETFF)") ==
          "10: expected a command, found 'F_GETFF'; did you mean 'F_GETFL'?");
    CHECK(line_error("open(\"fif\", O_RDONLY)") == "6: unknown file 'fif'; did you mean 'fifo'?");
    CHECK(line_error("socket(AF_IPX, SOCK_STREAM)") ==
          "8: expected a domain, found 'AF_IPX'; it can be AF_UNIX, AF_INET");
    CHECK(line_error("close(e) = EBADFF") ==
          "12: 'EBADFF' is no answer of close; did you mean 'EBADF'?");
    CHECK(line_error("read(r, 1) = block") ==
          "14: 'block' is no answer of read; did you mean 'blocks'?");
    CHECK(line_error("epoll_wait(ep, 1, 0, bufer=BAD)") ==
          "22: unknown argument 'bufer'; did you mean 'buffer'?");
}

TEST_CASE("parse errors: optional arguments that another call has") {
    CHECK(line_error("epoll_wait(ep, 1, 0, mask=EMPTY)") == "22: unknown argument 'mask'");
    CHECK(line_error("read(r, 1, sigsetsize=4)") == "12: unknown argument 'sigsetsize'");
    CHECK(line_error("close(e, buffer=BAD)").starts_with("10: close takes no further argument"));
    CHECK(line_error("epoll_pwait(ep, 1, 0, mask)") ==
          "23: expected buffer=... or mask=... or sigsetsize=... or arriving=..., found 'mask'");
    CHECK(line_error("epoll_pwait(ep, 1, 0, mask=FULL)") ==
          "28: expected NULL, BAD, KERNEL or signals (EMPTY, SIGUSR1|SIGUSR2), found 'FULL'");
}

TEST_CASE("parse errors: handles") {
    CHECK(line_error("close(epp)") == "7: handle 'epp' is not bound; did you mean 'ep'?");
    CHECK(line_error("close(later)") ==
          "7: handle 'later' is not bound; a call before this line must bind it, as in "
          "'eventfd(0, 0) = e'");
    CHECK(line_error("dup2(e, d) = d").starts_with("9: handle 'd' is not bound"));
    CHECK(line_error("dup(e) = d or x") ==
          "15: the new descriptor has another name already; one call binds one handle");
    CHECK(line_error("dup2(e, r) = e").starts_with("14: the new descriptor has another name"));
    CHECK(line_error("dup(e) = D").starts_with("10: 'D' cannot name a handle"));
    CHECK(line_error("dup(e) = if").starts_with("10: 'if' cannot name a handle"));
    CHECK(line_error("pipe2([fd, w], 0)").starts_with("8: 'fd' cannot name a handle"));
    CHECK(line_error("pipe2([a, a], 0)") ==
          "11: the two new descriptors have the same name; write _ for one that needs no name");
    CHECK(line_error("close()") ==
          "7: close needs another argument; it is written close(descriptor)");
    CHECK(line_error("close(@)") == "7: expected a handle or a descriptor number, found '@'");
    CHECK(line_error("close(E)").starts_with("7: handle 'E' is not bound"));
}

TEST_CASE("parse errors: arguments") {
    CHECK(line_error("epoll_wait(ep, 1)") ==
          "17: epoll_wait needs another argument; it is written "
          "epoll_wait(descriptor, number, timeout_ms)");
    CHECK(line_error("close(e, 1)") ==
          "10: close takes no further argument; it is written close(descriptor)");
    CHECK(line_error("epoll_wait(ep, 1, 0, 5)") ==
          "22: epoll_wait takes no further argument; it is written "
          "epoll_wait(descriptor, number, timeout_ms)");
    CHECK(line_error("close(e e)") ==
          "9: expected ')', found 'e'; it is written close(descriptor)");
    CHECK(line_error("close e") ==
          "7: expected '(' after close, found 'e'; it is written close(descriptor)");
    CHECK(line_error("close(e") ==
          "8: the '(' in column 6 is not closed; it is written close(descriptor)");
    CHECK(line_error("epoll_wait(ep, 1, ").starts_with("19: the '(' in column 11 is not closed"));
    CHECK(
        line_error("epoll_wait(ep 1, 0)").starts_with("15: expected ',' before the next argument"));
    CHECK(line_error("pipe2([a, b, 0)").starts_with("12: expected ']'"));
    CHECK(
        line_error("epoll_ctl(ep, ADD, e, {IN, 7)").starts_with("29: expected '}' after the data"));
    CHECK(line_error("epoll_ctl(ep, ADD, e, {IN})") ==
          "26: expected ',' between events and data, found '}'");
    CHECK(line_error("epoll_ctl(ep, ADD, e, NUL)") ==
          "23: expected NULL, BAD, KERNEL or {events, data}, found 'NUL'");
    CHECK(line_error("read(e, 8, buffer=room(1))") ==
          "19: expected NULL, BAD or KERNEL, found 'room'");
    CHECK(line_error("open(\"fifo, O_RDONLY)") == "6: this '\"' has no second one on the line");
    CHECK(line_error("fcntl(e, F_SETFL)").starts_with("17: expected ',' and the flags to set"));
    CHECK(line_error("barrier(1)").starts_with("8: expected the end of the line, found '('"));
}

TEST_CASE("parse errors: numbers") {
    CHECK(line_error("epoll_wait(ep, 99999999999, 0)") ==
          "16: '99999999999' is out of range: a number from -2147483648 to 2147483647 can stand "
          "here");
    CHECK(line_error("epoll_wait(ep, 1, 9223372036854775808)")
              .starts_with("19: '9223372036854775808'"));
    CHECK(line_error("read(r, 4294967296)").starts_with("9: '4294967296' is out of range"));
    CHECK(line_error("read(r, -1)").starts_with("9: '-1' is out of range"));
    CHECK(line_error("write(e, {18446744073709551616})").starts_with("11: '184467"));
    CHECK(line_error("epoll_wait(ep, 1, 0, buffer=room(256))")
              .starts_with("34: '256' is out of range"));
    CHECK(line_error("poll(e, 0x100000000)").starts_with("9: '0x100000000' is out of range"));
    CHECK(line_error("read(r, ten)") ==
          "9: expected a number of bytes, found 'ten'; or u64, to read one number");
    CHECK(line_error("read(r, 1x)") == "9: '1x' is not a number");
    CHECK(line_error("eventfd(0, 0x2)") ==
          "12: a number can stand only for flags that have no name; "
          "write EFD_NONBLOCK if that is what bit 0x2 means here");
}

TEST_CASE("parse errors: answers") {
    CHECK(line_error("close(e) = 1") ==
          "12: '1' is out of range: a number from 0 to 0 can stand here");
    CHECK(line_error("close(e) = [1:IN]") ==
          "12: '[' is no answer of close; close answers 0, the name of an error or 'blocks'");
    CHECK(line_error("close(e) =") ==
          "11: the end of the line is no answer of close; close answers 0, the name of an error or "
          "'blocks'");
    CHECK(line_error("close(e) = -1").starts_with("12: '-1' is out of range"));
    CHECK(line_error("epoll_wait(ep, 1, 0) = 0").starts_with("24: '0' is no answer of epoll_wait"));
    CHECK(line_error("epoll_wait(ep, 1, 0) = [1:IN") == "29: the '[' in column 24 is not closed");
    CHECK(line_error("epoll_wait(ep, 1, 0) = [1:IN 2:IN]").starts_with("30: expected ',' or ']'"));
    CHECK(line_error("epoll_wait(ep, 1, 0) = [IN]") == "25: expected a number, found 'IN'");
    CHECK(line_error("read(r, 1) = {1}").starts_with("14: '{' is no answer of read"));
    CHECK(line_error("dup(e) = 0").starts_with("10: '0' is no answer of dup"));
    CHECK(line_error("close(e) = 0 if 45") ==
          "17: '45' is no version difference; a condition is written 'if V-45' or 'if not V-45'");
    CHECK(line_error("close(e) = 0 or").starts_with("16: the end of the line is no answer"));
    CHECK(line_error("close(e) = 0 EBADF").starts_with("14: expected the end of the line"));
    CHECK(line_error("barrier = 0") == "11: barrier has no answer");
    std::string events = "epoll_wait(ep, 99, 0) = [0:IN";
    for (int i = 1; i <= kMaxEvents; ++i) events += ", 0:IN";
    CHECK(line_error(events + "]").find(": an answer can have 64 events") != std::string::npos);
}

TEST_CASE("parse errors: threads") {
    CHECK(line_error("T0: barrier") ==
          "1: no thread or process is called 'T0'; threads are T1 to T16, processes P1 to P2");
    CHECK(line_error(" T99: barrier") ==
          "2: no thread or process is called 'T99'; threads are T1 to T16, processes P1 to P2");
    CHECK(line_error("T99999999999999999999: barrier")
              .starts_with("1: no thread or process is called"));
    CHECK(line_error("T2: barrier") ==
          "1: a barrier belongs to all threads; write it without a name before it");
    CHECK(line_error("await(T17)").starts_with("7: expected a thread, found 'T17'"));
    CHECK(line_error("T17: barrier").starts_with("1: no thread or process is called 'T17'"));
    CHECK(line_error("T1:").starts_with("4: expected an operation, found the end of the line"));
}

TEST_CASE("parse errors: header") {
    const auto text_of = [](const std::string& text) { return error_of(text).text(); };
    CHECK(text_of("id: x\n titel: y\n") ==
          "bad.ep:2:2: error: unknown header key 'titel'; did you mean 'title'?");
    CHECK(text_of("zzzzzzzz: y\n") ==
          "bad.ep:1:1: error: unknown header key 'zzzzzzzz'; the keys are id, title, rules, tier, "
          "needs, tags");
    CHECK(text_of("id: x\nid: y\n") == "bad.ep:2:1: error: the header has 'id' twice");
    CHECK(text_of("tier: exakt") ==
          "bad.ep:1:7: error: unknown tier 'exakt'; did you mean 'exact'?");
    CHECK(text_of("tier:\n") ==
          "bad.ep:1:6: error: unknown tier ''; it can be contract, linux, exact");
    CHECK(text_of("rules: R-C1  C2\n") ==
          "bad.ep:1:14: error: 'C2' is no rule; rules are written like R-C13, with blanks between "
          "them");
    for (const char* wrong : {"R-C", "R-", "C13", "R-C 13", "R-C13,"}) {
        CAPTURE(wrong);
        CHECK(error_of(fmt::format("rules: {}\n", wrong)).message.ends_with("is no rule"));
    }
    CHECK(text_of("barrier\ntitle: late\n") ==
          "bad.ep:2:1: error: a header line stands after an operation; move it before the first "
          "operation");
}

TEST_CASE("parse errors: limits of a program") {
    std::string text;
    for (int i = 0; i < kMaxOperations; ++i) text += "barrier\n";
    CHECK(std::holds_alternative<Program>(parse_program(text, "full.ep")));
    CHECK(error_of(text + "barrier\n").text() ==
          "bad.ep:1001:1: error: a program can have 1000 operations, and this is one more");
    text.clear();
    for (int i = 0; i < kMaxHandles; ++i) text += fmt::format("eventfd(0, 0) = e{}\n", i);
    CHECK(std::holds_alternative<Program>(parse_program(text, "full.ep")));
    CHECK(
        error_of(text + "dup(e0) = more\n").text() ==
        "bad.ep:129:11: error: a program can have 128 handles, and 'more' is one more; bind a name "
        "again that is no longer needed");
    CHECK(std::holds_alternative<Program>(parse_program(text + "dup(e0) = e1\n", "full.ep")));
}

TEST_CASE("parse errors: what is no text") {
    CHECK(error_of(std::string("barrier\nba\0rier\n", 15)).text() ==
          "bad.ep:2:3: error: a NUL byte: this is no text");
    CHECK(error_of(std::string("# \0\n", 4)).column == 3);
    CHECK(error_of("\xef\xbb\xbf"
                   "barrier")
              .text() == "bad.ep:1:1: error: expected an operation, found '\\xef'");
    CHECK(error_of(std::string(kMaxProgramBytes + 1, ' ')).text() ==
          "bad.ep: error: too large for a program: more than 1048576 bytes");
}

}  // namespace epollcheck
