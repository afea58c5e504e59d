// Tests of the search on histories of registers: small ones whose verdict is plain, histories that
// other tools wrote, and random ones against a search that tries every order.

#include "stress/history/linearizability.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <numeric>
#include <random>

#include "stress/history/history_text.h"
#include "stress/history/register_model.h"

namespace epollcheck {
namespace {

using Verdict = LinearizabilityResult::Verdict;

RegisterHistory history_of(const std::string& text) {
    auto parsed = parse_history(text, "test");
    const auto* error = std::get_if<std::string>(&parsed);
    INFO((error != nullptr ? *error : std::string()));
    REQUIRE(error == nullptr);
    return std::get<RegisterHistory>(std::move(parsed));
}

RegisterHistory history_in(const std::string& name) {
    std::ifstream file(std::string(EPOLLCHECK_SOURCE_DIR) + "/stress/histories/" + name);
    REQUIRE(file);
    return history_of({std::istreambuf_iterator<char>(file), {}});
}

LinearizabilityResult judged(const RegisterHistory& history, std::size_t configurations = 100'000) {
    const RegisterModel model;
    return LinearizabilitySearch<RegisterModel>(model, history, {configurations}).run();
}

/// True if the calls in `order` explain their answers, all calls that returned are among them, and
/// none comes before one that had returned before it began.
bool explains(const RegisterHistory& history, const std::vector<std::size_t>& order) {
    const RegisterModel model;
    RegisterModel::State state = model.initial();
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& call = history[order[i]];
        std::vector<CallStep<RegisterModel::State>> next;
        model.step(state, call.operation, call.is_pending(), next);
        if (next.empty()) {
            return false;
        }
        state = next.front().state;
        for (std::size_t j = i + 1; j < order.size(); ++j) {
            if (history[order[j]].end < call.begin) {
                return false;
            }
        }
    }
    for (std::size_t i = 0; i < history.size(); ++i) {
        if (!history[i].is_pending() && std::ranges::find(order, i) == order.end()) {
            return false;
        }
    }
    return true;
}

/// Tries all orders of all sets of calls: for very short histories.
bool some_order_explains(const RegisterHistory& history) {
    std::vector<std::size_t> order(history.size());
    std::iota(order.begin(), order.end(), 0);
    do {
        for (std::size_t length = 0; length <= order.size(); ++length) {
            if (explains(history, {order.begin(), order.begin() + static_cast<long>(length)})) {
                return true;
            }
        }
    } while (std::ranges::next_permutation(order).found);
    return false;
}

TEST_CASE("what comes one after the other is judged in that order", "[linearizability]") {
    const auto history = history_of(R"(
0 :invoke :write 1
0 :ok :write 1
1 :invoke :read nil
1 :ok :read 1
)");
    const auto result = judged(history);
    CHECK(result.verdict == Verdict::kLinearizable);
    CHECK(result.order == std::vector<std::size_t>{0, 1});
}

TEST_CASE("the histories in the tree get the right verdict", "[linearizability]") {
    for (const char* name : {"linearizable.log", "timed-out-reads.log"}) {
        INFO(name);
        const auto history = history_in(name);
        const auto result = judged(history);
        CHECK(result.verdict == Verdict::kLinearizable);
        CHECK(explains(history, result.order));
    }
    const auto stale = history_in("stale-read.log");
    const auto result = judged(stale);
    CHECK(result.verdict == Verdict::kViolation);
    CHECK(stale[result.unexplained].operation.kind == RegisterOperation::Kind::kRead);
    CHECK(result.order.size() == 2);  // both writes can be explained
    CHECK(judged(history_in("two-orders.log")).verdict == Verdict::kViolation);
}

TEST_CASE("a pending call may have taken effect, or not", "[linearizability]") {
    const std::string begun = "0 :invoke :write 5\n1 :invoke :read nil\n";
    CHECK(judged(history_of(begun + "1 :ok :read 5\n")).verdict == Verdict::kLinearizable);
    CHECK(judged(history_of(begun + "1 :ok :read nil\n")).verdict == Verdict::kLinearizable);
    CHECK(judged(history_of(begun + "1 :ok :read 6\n")).verdict == Verdict::kViolation);
}

TEST_CASE("a search that would take too long is inconclusive", "[linearizability]") {
    std::string text;
    for (int i = 0; i < 12; ++i) {
        text += std::to_string(i) + " :invoke :write " + std::to_string(i) + "\n";
    }
    text += "20 :invoke :read nil\n20 :ok :read 99\n";
    for (int i = 0; i < 12; ++i) {
        text += std::to_string(i) + " :ok :write " + std::to_string(i) + "\n";
    }
    const auto history = history_of(text);
    CHECK(judged(history, 1000).verdict == Verdict::kInconclusive);
    CHECK(judged(history, 1'000'000).verdict == Verdict::kViolation);
}

TEST_CASE("the verdict is that of a search through all orders", "[linearizability]") {
    std::mt19937 random(1);
    const auto below = [&](int limit) { return static_cast<int>(random() % limit); };
    int counts[2] = {};
    for (int round = 0; round < 3000; ++round) {
        RegisterHistory history(static_cast<std::size_t>(1 + below(5)));
        std::vector<std::uint64_t> times(2 * history.size());
        std::iota(times.begin(), times.end(), 1);
        std::ranges::shuffle(times, random);
        for (std::size_t i = 0; i < history.size(); ++i) {
            auto& call = history[i];
            call.operation.kind = static_cast<RegisterOperation::Kind>(below(3));
            call.operation.value = below(3);
            call.operation.expected = below(3);
            call.operation.succeeded = below(2) == 0;
            call.begin = std::min(times[2 * i], times[2 * i + 1]);
            if (below(5) != 0) {
                call.end = std::max(times[2 * i], times[2 * i + 1]);
            }
        }
        const auto result = judged(history);
        const bool expected = some_order_explains(history);
        REQUIRE((result.verdict == Verdict::kLinearizable) == expected);
        REQUIRE((!expected || explains(history, result.order)));
        ++counts[expected ? 1 : 0];
    }
    CHECK(counts[0] > 300);
    CHECK(counts[1] > 300);
}

TEST_CASE("a line that is no event is refused with its place", "[history]") {
    const auto error_of = [](const char* text) {
        const auto parsed = parse_history(text, "h.log");
        REQUIRE(std::holds_alternative<std::string>(parsed));
        return std::get<std::string>(parsed);
    };
    CHECK(error_of("\n0 :invoke :push 1\n").starts_with("h.log:2: ':push'"));
    CHECK(error_of("hello\n").starts_with("h.log:1: this is no event"));
    CHECK(error_of("0 :ok :read 1\n").starts_with("h.log:1: process 0 ends a call"));
    CHECK(error_of("0 :invoke :read nil\n0 :invoke :read nil\n").starts_with("h.log:2: process 0"));
    CHECK(error_of("0 :invoke :write x\n").starts_with("h.log:1: ':write'"));
}

}  // namespace
}  // namespace epollcheck
