// The operation table: rows are complete and can be told apart.

#include "model/vocabulary/operation_table.h"

#include <catch2/catch.hpp>
#include <set>

namespace epollcheck {
namespace {

bool has_argument(const OperationSpec& spec, ArgumentType type) {
    for (const ArgumentSpec& argument : spec.arguments) {
        if (argument.type == type) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("operation_table: each kind has one row with its own name") {
    REQUIRE(operation_table().size() == kOperationKinds);
    std::set<std::string_view> names;
    for (const OperationSpec& spec : operation_table()) {
        CAPTURE(spec.name);
        CHECK(&operation_spec(spec.kind) == &spec);
        CHECK(operation_named(spec.name) == &spec);
        CHECK(names.insert(spec.name).second);
    }
    CHECK(operation_named("epoll_wait")->kind == OperationKind::kEpollWait);
    CHECK(operation_named("epoll_wai") == nullptr);
    CHECK(operation_named("") == nullptr);
}

TEST_CASE("operation_table: rows fit their results and hold no gap") {
    for (const OperationSpec& spec : operation_table()) {
        CAPTURE(spec.name);
        CHECK(has_argument(spec, ArgumentType::kNewPair) == (spec.result == ResultType::kPair));
        bool has_ended = false;
        for (const ArgumentSpec& argument : spec.arguments) {
            if (argument.type == ArgumentType::kNone) has_ended = true;
            CHECK((!has_ended || argument.type == ArgumentType::kNone));
            const bool has_names =
                argument.type == ArgumentType::kFlags || argument.type == ArgumentType::kSignals;
            CHECK(has_names == !argument.flags.empty());
        }
        // An event argument and an event buffer would share Operation::pointer.
        if (spec.optional != OptionalArguments::kNone) {
            CHECK_FALSE(has_argument(spec, ArgumentType::kEventArgument));
        }
    }
}

TEST_CASE("operation_table: no two types of argument of one row share a field") {
    for (const OperationSpec& spec : operation_table()) {
        CAPTURE(spec.name);
        std::multiset<std::string_view> fields;
        for (const ArgumentSpec& argument : spec.arguments) {
            switch (argument.type) {
                case ArgumentType::kFlags:
                case ArgumentType::kEventMask:
                case ArgumentType::kEventArgument:
                case ArgumentType::kHow:
                case ArgumentType::kRequest:
                    fields.insert("flags");
                    break;
                case ArgumentType::kCtlOperation:
                case ArgumentType::kNumber:
                case ArgumentType::kFcntlCommand:
                case ArgumentType::kPath:
                case ArgumentType::kDomain:
                case ArgumentType::kSettableOption:
                case ArgumentType::kMaskHow:
                case ArgumentType::kClock:
                    fields.insert("number");
                    break;
                case ArgumentType::kValue:
                    fields.insert("value");
                    break;
                case ArgumentType::kSignals:
                    fields.insert("signals");
                    break;
                case ArgumentType::kLength:
                case ArgumentType::kTransfer:
                    fields.insert("length");
                    break;
                default:
                    break;
            }
        }
        for (const std::string_view field : fields) CHECK(fields.count(field) == 1);
    }
}

TEST_CASE("result_type: fcntl answers by its command") {
    Operation operation{.kind = OperationKind::kFcntl};
    const auto type_of = [&operation](FcntlCommand command) {
        operation.number = static_cast<std::int32_t>(command);
        return result_type(operation);
    };
    CHECK(type_of(FcntlCommand::kGetFl) == ResultType::kFlags);
    CHECK(type_of(FcntlCommand::kSetFl) == ResultType::kZero);
    CHECK(type_of(FcntlCommand::kGetFd) == ResultType::kCount);
    CHECK(type_of(FcntlCommand::kGetPipeSize) == ResultType::kCount);
    CHECK(type_of(FcntlCommand::kSetPipeSize) == ResultType::kCount);
    CHECK(result_type({.kind = OperationKind::kDup}) == ResultType::kDescriptor);
    CHECK(result_type({.kind = OperationKind::kBarrier}) == ResultType::kNothing);
}

TEST_CASE("operation_table: names of enumerated arguments") {
    CHECK(path_names()[static_cast<std::size_t>(Path::kFifo)] == "fifo");
    CHECK(path_names()[static_cast<std::size_t>(Path::kDirectory)] == "directory");
    CHECK(path_names()[static_cast<std::size_t>(Path::kDevUrandom)] == "/dev/urandom");
    CHECK(path_names()[static_cast<std::size_t>(Path::kBlockDevice)] == "/dev/loop0");
    CHECK(path_names()[static_cast<std::size_t>(Path::kEntryA)] == "directory/a");
    for (std::size_t i = 0; i < signal_names().size(); ++i) {
        CHECK(signal_names()[i].bit == 1U << i);
    }
    CHECK(fcntl_command_names()[static_cast<std::size_t>(FcntlCommand::kGetFl)] == "F_GETFL");
    CHECK(fcntl_command_names()[static_cast<std::size_t>(FcntlCommand::kSetPipeSize)] ==
          "F_SETPIPE_SZ");
}

}  // namespace epollcheck
