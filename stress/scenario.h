// Scenarios: what is to happen at once, as data.
//
// A scenario is a program of several threads with places that vary. It stands in a file of
// stress/scenarios, NAME.scenario:
//
//     title: A DEL races with a wait
//     weight: 2
//     vary mode: IN, IN|ET, IN|ONESHOT
//     vary source: eventfd, pipe
//     vary last: 2, 4
//
//     T1: epoll_create1(0) = ep
//     [eventfd] T1: eventfd(0, EFD_NONBLOCK) = r
//     [pipe] T1: pipe2([r, w], O_NONBLOCK)
//     T1: epoll_ctl(ep, ADD, r, {$mode, 1})
//     barrier
//     T2-T$last: epoll_wait(ep, 8, 20)
//     T1: epoll_ctl(ep, DEL, r, NULL)
//
// `$name` stands for the value that was chosen. A line that begins with `[value]` is there if some
// place has that value, with `[!value]` if none has. `T2-T4:` is a line for each of these threads,
// in which `$thread` is its number. `x3` before it repeats a line; `$i` counts from 1. All
// combinations of values are variants of the scenario. Every arming should have data of its own, or
// the judge cannot tell them apart.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/program/parse_error.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// A place of a scenario that varies.
struct VaryingPlace {
    std::string name;
    std::vector<std::string> values;
};

struct Scenario {
    std::string name;
    std::string title;
    int weight = 1;  // how often it has its turn, compared with others
    std::vector<VaryingPlace> places;
    std::vector<std::string> lines;  // of the program, as they stand in the file
    int first_line = 1;              // where they begin in it

    /// How many variants it has.
    [[nodiscard]] std::size_t variants() const;
    /// "mode=IN|ET source=pipe"
    [[nodiscard]] std::string variant_name(std::size_t variant) const;
    /// The text of a variant as a program.
    [[nodiscard]] std::string text(std::size_t variant) const;
};

/// The scenario that `text` describes; `name` is that of its file, without directory and suffix.
/// Every variant is parsed, so that a mistake is found at once.
std::variant<Scenario, ParseError> parse_scenario(std::string_view text, std::string_view name);

/// A variant as a program, with `stress/NAME` as its id.
Program scenario_program(const Scenario& scenario, std::size_t variant);

/// The scenarios that the binary carries, by name.
const std::vector<Scenario>& embedded_scenarios();

}  // namespace epollcheck
