// Operations on pseudo terminals.
//
// What is written consists of letters, and of an end of line where the program says so: the model
// follows lengths and lines, so no byte may mean anything else to the line discipline.

#include <poll.h>

#include <algorithm>

#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr std::uint32_t kMostLetters = sizeof(Arguments::text);

}  // namespace

Result Interpreter::write_letters(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (operation.length > kMostLetters) {  // more than is modelled
        return plain(patiently(!table_.never_waits(fd), [&] {
            return make<system_call::write>(fd, memory_.zeros(), operation.length);
        }));
    }
    char* const letters = memory_.arguments().text;
    std::fill_n(letters, operation.length, 'a');
    if (operation.kind == OperationKind::kWriteLine && operation.length > 0) {
        letters[operation.length - 1] = '\n';
    }
    return plain(patiently(!table_.never_waits(fd), [&] {
        return make<system_call::write>(fd, letters, operation.length);
    }));
}

Result Interpreter::terminal_call(const Operation& operation) {
    if (operation.kind == OperationKind::kWriteLine) {
        return write_letters(operation);
    }
    return plain(make<system_call::set_terminal_mode>(number_of(operation.fd),
                                                      (operation.flags & flag::kCanonical) != 0));
}

void Interpreter::fetch_input() {
    for_each_process([this] {
        table_.for_each_terminal([this](int number) {
            make<system_call::poll_once>(number, short{POLLIN}, &memory_.arguments().revents);
        });
    });
}

}  // namespace epollcheck
