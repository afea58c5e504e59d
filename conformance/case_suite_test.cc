// The suite in the binary is in order, and a suite that is not says where.

#include "conformance/case_suite.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace epollcheck {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGood = "id: a/good\ntitle: T\n\nepoll_create1(0) = ep\n";

SuiteErrors errors_of(const std::vector<CaseText>& texts) {
    const auto loaded = load_suite(texts, "cases");
    const auto* errors = std::get_if<SuiteErrors>(&loaded);
    return errors != nullptr ? *errors : SuiteErrors();
}

/// A directory that is gone at the end of the test.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (fs::temp_directory_path() / "epollcheck-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~TemporaryDirectory() { fs::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    fs::path path_;
};

TEST_CASE("the cases in the binary are in order", "[conformance]") {
    const auto loaded = load_suite(embedded_cases(), "conformance/cases");
    if (const auto* errors = std::get_if<SuiteErrors>(&loaded)) {
        for (const std::string& error : *errors) {
            FAIL_CHECK(error);
        }
        return;
    }
    CHECK(std::get<CaseSuite>(loaded).size() == embedded_cases().size());
    CHECK_FALSE(embedded_cases().empty());
}

TEST_CASE("the cases in the binary are those of the source tree", "[conformance]") {
    const auto loaded =
        load_suite_directory(std::string(EPOLLCHECK_SOURCE_DIR) + "/conformance/cases");
    REQUIRE(std::holds_alternative<CaseSuite>(loaded));
    const auto embedded = load_suite(embedded_cases(), "");
    REQUIRE(std::holds_alternative<CaseSuite>(embedded));
    const auto& from_files = std::get<CaseSuite>(loaded);
    const auto& from_binary = std::get<CaseSuite>(embedded);
    REQUIRE(from_files.size() == from_binary.size());
    for (std::size_t i = 0; i < from_files.size(); ++i) {
        CHECK(from_files[i].program == from_binary[i].program);
    }
}

TEST_CASE("everything that is wrong with a header has its place", "[conformance]") {
    CHECK(errors_of({{"a/good.ep", kGood}}).empty());
    CHECK(errors_of({{"b/good.ep", kGood}}) ==
          SuiteErrors{"cases/b/good.ep:1:1: error: the id is 'a/good', but the place of the file "
                      "says 'b/good'"});
    CHECK(errors_of({{"a/x.ep", "id: a/x\n\nepoll_create1(0) = ep\n"}}) ==
          SuiteErrors{"cases/a/x.ep:1:1: error: there is no title; say in one sentence what is "
                      "promised"});
    CHECK(errors_of({{"a/x.ep",
                      "id: a/x\ntitle: T\nrules: R-Z1\nneeds: luck\n\nepoll_create1(0) = ep\n"}}) ==
          SuiteErrors{"cases/a/x.ep:1:1: error: there is no rule 'R-Z1'; see `epollcheck rules`",
                      "cases/a/x.ep:1:1: error: there is no feature 'luck'; see `epollcheck "
                      "doctor`"});
}

TEST_CASE("a case without operations promises nothing", "[conformance]") {
    CHECK(errors_of({{"a/x.ep", "id: a/x\ntitle: T\n"}}) ==
          SuiteErrors{"cases/a/x.ep:1:1: error: there is no operation"});
}

TEST_CASE("two cases with one id are named both", "[conformance]") {
    const SuiteErrors errors = errors_of({{"a/good.ep", kGood}, {"a/second.ep", kGood}});
    REQUIRE(errors.size() == 2);
    CHECK(errors[1] ==
          "cases/a/second.ep:1:1: error: the id 'a/good' is also that of cases/a/good.ep");
}

TEST_CASE("all cases that do not parse are reported, not only the first", "[conformance]") {
    const SuiteErrors errors = errors_of({{"a/x.ep", "id: a/x\ntitle: T\n\nfrobnicate(1)\n"},
                                          {"a/good.ep", kGood},
                                          {"a/y.ep", "epoll_wait(ep, 1, 0)\n"}});
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].starts_with("cases/a/x.ep:4:1: error: "));
    CHECK(errors[1].starts_with("cases/a/y.ep:1:12: error: "));
}

TEST_CASE("a directory of cases is read with its subdirectories", "[conformance]") {
    const TemporaryDirectory directory;
    directory.write("z/late.ep", "id: z/late\ntitle: T\n\nepoll_create1(0) = ep\n");
    directory.write("a/good.ep", kGood);
    directory.write("a/notes.txt", "no case");
    const auto loaded = load_suite_directory(directory.path());
    REQUIRE(std::holds_alternative<CaseSuite>(loaded));
    const auto& suite = std::get<CaseSuite>(loaded);
    REQUIRE(suite.size() == 2);
    CHECK(suite[0].program.header.id == "a/good");
    CHECK(suite[1].program.header.id == "z/late");
    CHECK(suite[0].file == directory.path() + "/a/good.ep");
}

TEST_CASE("a directory that cannot be read is one clear error", "[conformance]") {
    const auto loaded = load_suite_directory("/nonexistent");
    REQUIRE(std::holds_alternative<SuiteErrors>(loaded));
    CHECK(std::get<SuiteErrors>(loaded) ==
          SuiteErrors{"cannot read the cases in /nonexistent: No such file or directory"});
}

}  // namespace
}  // namespace epollcheck
