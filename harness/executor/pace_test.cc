// Pace: programs that only their own calls change are not given time.

#include "harness/executor/pace.h"

#include <catch2/catch.hpp>
#include <vector>

namespace epollcheck {
namespace {

Operation of(OperationKind kind, std::int32_t number = 0) {
    Operation operation;
    operation.kind = kind;
    operation.number = number;
    return operation;
}

TEST_CASE("programs of pipes and unix sockets go on briskly", "[executor]") {
    const std::vector<Operation> program = {
        of(OperationKind::kEpollCreate1), of(OperationKind::kPipe2), of(OperationKind::kSocketpair),
        of(OperationKind::kSocket), of(OperationKind::kEpollWait)};
    CHECK(pace_of(program) == Pace::kBrisk);
}

TEST_CASE("what acts by itself is given time", "[executor]") {
    Operation elsewhere = of(OperationKind::kRead);
    elsewhere.process = 1;
    Operation signalled = of(OperationKind::kEpollWait);
    signalled.arriving = 1;
    const auto operation =
        GENERATE_COPY(of(OperationKind::kSocket, static_cast<std::int32_t>(Domain::kInet)),
                      of(OperationKind::kTimerfdCreate), of(OperationKind::kOpenpty),
                      of(OperationKind::kSpawn), of(OperationKind::kIoUringWait),
                      of(OperationKind::kOpen, static_cast<std::int32_t>(Path::kDevRandom)),
                      of(OperationKind::kInotifyInit1), elsewhere, signalled);
    const std::vector<Operation> program = {of(OperationKind::kEpollCreate1), operation};
    CHECK(pace_of(program) == Pace::kPatient);
}

}  // namespace
}  // namespace epollcheck
