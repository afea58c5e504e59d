// Tests of poll, ppoll, select and pselect in the model, and of two things that only a privileged
// or an unprivileged user can see in a kernel: the limit on watches and the busy poll budget.

#include "model/kinds/poll_calls.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

constexpr std::uint32_t kAllSets = event::kIn | event::kOut | event::kPri;

Operation select(Descriptor fd, std::uint32_t sets) {
    Operation operation = call::on(OperationKind::kSelect, fd);
    operation.flags = sets;
    return operation;
}

TEST_CASE("the sets of select follow from the bits of poll", "[poll]") {
    ModelRun model;
    const auto [r, w] = model.pipe();
    CHECK(model.run(select(r, kAllSets)) == number(0));
    CHECK(model.run(select(w, kAllSets)) == number(event::kOut));
    model.run(call::on(OperationKind::kClose, r));
    CHECK(model.run(select(w, kAllSets)) == number(event::kIn | event::kOut));  // ERR
    CHECK(model.run(select(r, event::kIn)) == failure(error::kEBADF));
    CHECK(model.run(select(r, 0)) == number(0));
    CHECK(model.run(select(call::literal(-1), kAllSets)) == number(0));
}

TEST_CASE("ppoll and pselect wait where poll answers 0", "[poll]") {
    ModelRun model;
    const Descriptor e = model.eventfd(0);
    Operation wait = call::on(GENERATE(OperationKind::kPpoll, OperationKind::kPselect), e);
    wait.flags = event::kIn;
    CHECK(model.run(wait) == done());
    wait.timeout_pointer = Pointer::kNull;
    CHECK(model.run(wait) == blocked());
    wait.signal_set_size = 4;
    CHECK(model.run(wait) == blocked());  // no mask, so nobody looks at its size
    wait.mask_pointer = Pointer::kGood;
    CHECK(model.run(wait) == failure(error::kEINVAL));
    wait.timeout_pointer = Pointer::kBad;
    CHECK(model.run(wait) == failure(error::kEFAULT));
    CHECK(model.decided_by(Rule::kC13d));
}

TEST_CASE("an account whose watches are limited gets ENOSPC", "[watches]") {
    ModelRun model;
    const Descriptor before = model.epoll();
    Operation limit = call::on(OperationKind::kLimitWatches, {});
    limit.number = 1;
    model.run(limit);
    const Descriptor ep = model.epoll();
    const Descriptor other = model.epoll();
    const Descriptor e = model.eventfd(0);
    CHECK(model.add(ep, e, event::kIn, 1) == done());
    CHECK(model.add(other, e, event::kIn, 2) == failure(error::kENOSPC));
    CHECK(model.add(ep, e, event::kIn, 1) == failure(error::kEEXIST));
    CHECK(model.add(before, e, event::kIn, 3) == done());
    model.run(call::on(OperationKind::kClose, ep));
    CHECK(model.add(other, e, event::kIn, 2) == done());
}

TEST_CASE("a large busy poll budget takes a privilege", "[busy-poll]") {
    Calibration calibration = round_calibration();
    calibration.may_raise_budget = GENERATE(false, true);
    ModelRun model(Tier::kExact, "linux-6.18", calibration);
    Operation set = call::on(OperationKind::kIoctl, model.epoll());
    set.flags = kRequestSetParams;
    set.value = BusyPollParams{.usecs = 1, .budget = 65, .prefer = 0, .pad = 0}.packed();
    CHECK(model.run(set) == (calibration.may_raise_budget ? done() : failure(error::kEPERM)));
}

TEST_CASE("kernels without busy poll parameters refuse the requests", "[busy-poll]") {
    Calibration calibration = round_calibration();
    calibration.has_busy_poll = false;
    const std::string_view profile = GENERATE("linux-6.18", "linux-6.6");
    ModelRun model(Tier::kExact, profile, calibration);
    Operation get = call::on(OperationKind::kIoctl, model.epoll());
    get.flags = kRequestGetParams;
    CHECK(model.run(get) == failure(profile == "linux-6.6" ? error::kENOTTY : error::kEOPNOTSUPP));
}

}  // namespace
}  // namespace epollcheck
