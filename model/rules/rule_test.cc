// Tests of the rules and their tables: that names, numbers and entries belong together, that texts
// arrive whole, that references in texts lead somewhere, and that RuleSet is a set.

#include "model/rules/rule.h"

#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <type_traits>
#include <vector>

#include "model/rules/rule_manual.h"
#include "model/rules/version_difference.h"

namespace epollcheck {
namespace {

static_assert(std::is_trivially_copyable_v<RuleSet>);
static_assert(sizeof(RuleSet) <= 64, "a verdict carries rule sets by value");
static_assert(rule_tier(Rule::kC13a) == Tier::kContract);
static_assert(rule_tier(Rule::kD5) == Tier::kExact);

constexpr RuleSet set_of(Rule first, Rule second) {
    RuleSet set;
    set.add(first);
    set.add(second);
    return set;
}
static_assert(set_of(Rule::kA1, Rule::kF25).count() == 2);

TEST_CASE("every rule is found by its id and its entry agrees with it") {
    REQUIRE(all_rules().size() == static_cast<std::size_t>(kRules));
    for (int number = 1; number <= kRules; ++number) {
        const Rule rule = static_cast<Rule>(number);
        const RuleInfo& info = rule_info(rule);
        CAPTURE(info.id);
        CHECK(rule_named(info.id) == rule);
        CHECK(info.tier == rule_tier(rule));
        CHECK(&info == &all_rules()[static_cast<std::size_t>(number - 1)]);
    }
}

TEST_CASE("enumerators and ids of rules belong together") {
    CHECK(rule_info(Rule::kA1).id == "R-A1");
    CHECK(rule_info(Rule::kC13a).id == "R-C13a");
    CHECK(rule_info(Rule::kF25).id == "R-F25");
    CHECK(rule_info(Rule::kD5).versions == "5.14..");
    CHECK(rule_info(Rule::kA6).versions.empty());
}

TEST_CASE("manual pages are no part of the texts") {
    CHECK(manual_of(Rule::kC23) == "epoll_ctl(2), EPOLLONESHOT");
    CHECK(manual_of(Rule::kNone).empty());
    int cited = 0;
    for (int number = 1; number <= kRules; ++number) {
        const Rule rule = static_cast<Rule>(number);
        cited += manual_of(rule).empty() ? 0 : 1;
        CHECK(rule_info(rule).text.find("man: ") == std::string_view::npos);
    }
    CHECK(cited > 60);
}

TEST_CASE("what is no rule is not found, and kNone has no text") {
    CHECK_FALSE(rule_named("R-A0"));
    CHECK_FALSE(rule_named("A1"));
    CHECK_FALSE(rule_named(""));
    CHECK(rule_info(Rule::kNone).id.empty());
    CHECK(rule_info(Rule::kNone).text.empty());
}

TEST_CASE("a text arrives whole: every rule is closed sentences") {
    for (const RuleInfo& info : all_rules()) {
        CAPTURE(info.id, info.text);
        CHECK(info.text.size() >= 30);
        CHECK(info.text.back() == '.');
        CHECK(info.text.find("  ") == std::string_view::npos);
    }
    for (const VersionInfo& info : all_versions()) {
        CAPTURE(info.id, info.text);
        CHECK(info.text.back() == '.');
    }
}

TEST_CASE("a rule or version difference that a text refers to exists") {
    const std::regex reference("\\b[RV]-[A-F]?[0-9]+[a-z]?");
    std::vector<std::string> texts;
    for (const RuleInfo& info : all_rules()) {
        texts.emplace_back(info.text);
    }
    for (const VersionInfo& info : all_versions()) {
        texts.emplace_back(info.text);
    }
    int references = 0;
    for (const std::string& text : texts) {
        for (std::sregex_iterator match(text.begin(), text.end(), reference), end; match != end;
             ++match) {
            const std::string id = match->str();
            CAPTURE(id, text);
            CHECK((rule_named(id).has_value() || version_named(id).has_value()));
            ++references;
        }
    }
    CHECK(references > 50);
}

TEST_CASE("every version difference is found by its id") {
    for (std::size_t index = 0; index < all_versions().size(); ++index) {
        const VersionInfo& info = all_versions()[index];
        CAPTURE(info.id);
        CHECK(version_named(info.id) == static_cast<VersionDifference>(index + 1));
        CHECK_FALSE(info.release.empty());
    }
    CHECK(version_info(VersionDifference::kV45).id == "V-45");
    CHECK(version_info(VersionDifference::kV45).release == "6.15");
    CHECK_FALSE(version_named("V-0"));
    CHECK_FALSE(version_named("R-A1"));
    CHECK(version_info(VersionDifference::kNone).id.empty());
}

TEST_CASE("a new set of rules is empty") {
    CHECK(RuleSet().empty());
    CHECK(RuleSet().count() == 0);
    RuleSet().for_each([](Rule) { FAIL("an empty set has no member to visit"); });
}

TEST_CASE("kNone is no member of any set") {
    RuleSet set;
    set.add(Rule::kNone);
    CHECK(set.empty());
    CHECK_FALSE(set.contains(Rule::kNone));
}

TEST_CASE("adding a rule makes exactly that rule a member") {
    for (int number = 1; number <= kRules; ++number) {
        const Rule rule = static_cast<Rule>(number);
        RuleSet set;
        set.add(rule);
        set.add(rule);
        std::vector<Rule> members;
        set.for_each([&](Rule member) { members.push_back(member); });
        CAPTURE(number);
        CHECK(set.contains(rule));
        CHECK(set.count() == 1);
        CHECK(members == std::vector<Rule>{rule});
    }
}

TEST_CASE("the union of two sets has the members of both, in order") {
    RuleSet left = set_of(Rule::kF25, Rule::kC15);
    const RuleSet right = set_of(Rule::kA1, Rule::kC15);
    left.merge(right);
    std::vector<Rule> members;
    left.for_each([&](Rule member) { members.push_back(member); });
    CHECK(members == std::vector<Rule>{Rule::kA1, Rule::kC15, Rule::kF25});
    CHECK(left.count() == 3);
    CHECK_FALSE(left == right);
}

TEST_CASE("a set of all rules counts them all") {
    RuleSet set;
    for (int number = 1; number <= kRules; ++number) {
        set.add(static_cast<Rule>(number));
    }
    CHECK(set.count() == kRules);
}

}  // namespace
}  // namespace epollcheck
