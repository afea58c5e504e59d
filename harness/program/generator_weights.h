// The weights of the random generator, as data: how often each operation is drawn, and from which
// values its arguments come. Tune the distribution here; generator.cc has no numbers of its own.

#pragma once

#include <cstdint>

#include "model/vocabulary/event_mask.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::generator_weights {

struct KindWeight {
    OperationKind kind;
    std::uint32_t weight;
};

/// Operations after the opening of a program, by relative frequency.
inline constexpr KindWeight kKinds[] = {
    {OperationKind::kEpollWait, 260},  {OperationKind::kEpollCtl, 240},
    {OperationKind::kWrite, 150},      {OperationKind::kRead, 110},
    {OperationKind::kPoll, 30},        {OperationKind::kClose, 35},
    {OperationKind::kPpoll, 6},        {OperationKind::kSelect, 10},
    {OperationKind::kPselect, 6},      {OperationKind::kIoUringCtl, 14},
    {OperationKind::kIoUringWait, 12}, {OperationKind::kKill, 5},
    {OperationKind::kTgkill, 3},       {OperationKind::kSigprocmask, 3},
    {OperationKind::kSigpending, 3},   {OperationKind::kDup, 18},
    {OperationKind::kDup2, 14},        {OperationKind::kDup3, 6},
    {OperationKind::kFdinfo, 6},       {OperationKind::kEpollCreate1, 22},
    {OperationKind::kEpollCreate, 3},  {OperationKind::kPipe2, 16},
    {OperationKind::kEventfd, 18},     {OperationKind::kOpen, 22},
    {OperationKind::kMemfdCreate, 2},  {OperationKind::kSocketpair, 18},
    {OperationKind::kSocket, 12},      {OperationKind::kBind, 8},
    {OperationKind::kListen, 10},      {OperationKind::kConnect, 16},
    {OperationKind::kAccept4, 12},     {OperationKind::kSend, 14},
    {OperationKind::kRecv, 14},        {OperationKind::kShutdown, 14},
    {OperationKind::kGetsockopt, 6},   {OperationKind::kFcntl, 14},
    {OperationKind::kEpollPwait, 8},   {OperationKind::kEpollPwait2, 8},
    {OperationKind::kLseek, 1},        {OperationKind::kIoctl, 6},
    {OperationKind::kSendFd, 10},      {OperationKind::kRecvFd, 12},
    {OperationKind::kCloseRange, 2},   {OperationKind::kKcmpFile, 2},
    {OperationKind::kKcmpEpoll, 3},    {OperationKind::kFstat, 1},
    {OperationKind::kReadlink, 1},     {OperationKind::kFallocate, 1},
    {OperationKind::kVforkClose, 1},
};

/// What a program opens, by relative frequency. Closing a watched inotify instance takes Linux some
/// 20 ms and a child some 1 ms, where a whole program takes 0.02 ms, so there are few.
inline constexpr KindWeight kOpenings[] = {
    {OperationKind::kPipe2, 400},         {OperationKind::kEventfd, 800},
    {OperationKind::kOpen, 400},          {OperationKind::kSocketpair, 800},
    {OperationKind::kSocket, 400},        {OperationKind::kEpollCreate1, 400},
    {OperationKind::kInotifyInit1, 2},    {OperationKind::kSpawn, 10},
    {OperationKind::kTimerfdCreate, 120}, {OperationKind::kSignalfd, 60},
    {OperationKind::kOpenpty, 30},        {OperationKind::kOpenOther, 4},
    {OperationKind::kRingSetup, 30},
};

/// How often what a program opens are files of /proc that tell of changes, and how often such a
/// program makes a change.
inline constexpr std::uint32_t kAnnouncingPermille = 8;
inline constexpr std::uint32_t kAnnouncePercent = 18;
/// Of a million waits, those that have no end and while which a signal arrives: each takes
/// milliseconds.
inline constexpr std::uint32_t kArrivalsPerMillion = 200;
inline constexpr std::uint32_t kArrivalsPerMillionWithProcesses = 20'000;
inline constexpr std::uint8_t kArrivingSignals[] = {signal::kUser1, signal::kUser1, signal::kUser2,
                                                    signal::kUrgent};

/// Operations on internet sockets, drawn only in a program that has some.
inline constexpr KindWeight kInetKinds[] = {
    {OperationKind::kSend, 40},      {OperationKind::kRecv, 30},
    {OperationKind::kWrite, 6},      {OperationKind::kRead, 6},
    {OperationKind::kShutdown, 10},  {OperationKind::kClose, 6},
    {OperationKind::kConnect, 10},   {OperationKind::kAccept4, 6},
    {OperationKind::kListen, 3},     {OperationKind::kBind, 3},
    {OperationKind::kGetsockopt, 6}, {OperationKind::kSetsockopt, 8},
    {OperationKind::kEpollCtl, 12},  {OperationKind::kFill, 2},
    {OperationKind::kDrain, 3},
};
/// How often what a program opens are internet sockets, and how often they are UDP.
inline constexpr std::uint32_t kInetPercent = 2;
inline constexpr std::uint32_t kUdpPercent = 40;
inline constexpr std::uint32_t kInetKindPercent = 45;
/// Bytes of a transfer on an internet socket. Longer ones depend on windows and on the memory
/// behind packets.
inline constexpr std::uint32_t kInetLengths[] = {0, 1, 1, 1, 2, 3, 8, 100, 1000, 4096};
inline constexpr std::uint64_t kOptionValues[] = {0, 0, 1, 2, 3, 5, 100, 2000, 65536};
/// How often an operation of a program that has a timer sets or asks one. A timer is set to an hour
/// from now, stopped, or set to a time in the past; then the program waits for the expiry.
inline constexpr KindWeight kTimerKinds[] = {
    {OperationKind::kTimerfdSettime, 4},
    {OperationKind::kTimerfdGettime, 1},
};
inline constexpr std::uint32_t kTimerKindPercent = 12;
inline constexpr std::uint64_t kTimerValues[] = {3'600'000'000'000, 3'600'000'000'000, 0, 1, 1, 1};

/// Signals, drawn only in a program that has a signalfd.
inline constexpr KindWeight kSignalKinds[] = {
    {OperationKind::kKill, 5},
    {OperationKind::kTgkill, 5},
    {OperationKind::kSignalfdMask, 1},
};
inline constexpr std::uint32_t kSignalKindPercent = 20;
inline constexpr std::uint8_t kSignalChoices[] = {
    signal::kUser1,     signal::kUser1,    signal::kUser1,
    signal::kUser2,     signal::kRealTime, signal::kRealTime,
    signal::kRealTime1, signal::kUrgent,   signal::kUser2 | signal::kRealTime,
    kOwnSignals,
};
inline constexpr std::uint32_t kSignalLengths[] = {127, 128, 128, 128, 256, 300, 4096};

/// Operations on rings, drawn only in a program that has one, and how often what a request polls is
/// an instance.
inline constexpr KindWeight kRingKinds[] = {
    {OperationKind::kRingNop, 3},       {OperationKind::kRingPoll, 4},
    {OperationKind::kRingPollMany, 4},  {OperationKind::kRingWait, 4},
    {OperationKind::kRingTimedWait, 1}, {OperationKind::kRingCancel, 3},
    {OperationKind::kRingReap, 6},
};
inline constexpr std::uint32_t kRingKindPercent = 30;
inline constexpr std::uint32_t kRingInstancePercent = 60;

/// Operations on pseudo terminals, drawn only in a program that has one.
inline constexpr KindWeight kTerminalKinds[] = {
    {OperationKind::kWriteLine, 8},
    {OperationKind::kTcsetattr, 2},
    {OperationKind::kOpenSlave, 1},
};
inline constexpr std::uint32_t kTerminalKindPercent = 15;
/// Bytes of a transfer: a few make more than the 128 that a read may leave for the writer to be
/// woken. All are among kLengths.
inline constexpr std::uint32_t kLetterCounts[] = {0, 1, 1, 2, 8, 100, 100, 100};

/// Operations on children, drawn only in a program that has one.
inline constexpr KindWeight kChildKinds[] = {
    {OperationKind::kKillChild, 4},
    {OperationKind::kReap, 4},
    {OperationKind::kSettle, 1},
};
inline constexpr std::uint32_t kChildKindPercent = 12;
/// How often a program waits for the end of a child that it told to end before it does more.
inline constexpr std::uint32_t kSettlePercent = 85;

/// Operations on files by name and their watches: drawn only in a program with an inotify instance.
inline constexpr KindWeight kWatchKinds[] = {
    {OperationKind::kInotifyAddWatch, 4}, {OperationKind::kInotifyRmWatch, 2},
    {OperationKind::kMknod, 5},           {OperationKind::kTruncate, 8},
    {OperationKind::kUnlink, 4},
};
inline constexpr std::uint32_t kWatchKindPercent = 25;
inline constexpr std::uint32_t kWatchFlags[] = {
    watch::kCreate | watch::kModify | watch::kDelete,
    watch::kCreate | watch::kModify | watch::kDelete,
    watch::kModify,
    watch::kCreate,
    watch::kDelete | watch::kMaskAdd,
    watch::kModify | watch::kMaskCreate,
    watch::kCreate | watch::kMaskCreate | watch::kMaskAdd,
    0,
};
/// Bytes of a read from an inotify instance: around the sizes of one and of several events.
inline constexpr std::uint32_t kNoticeLengths[] = {0, 15, 16, 31, 32, 47, 48, 64, 100, 4096};

/// Requested events, drawn with equal frequency; ET, ONESHOT and the rare bits come on top.
inline constexpr EventMask kInterests[] = {
    event::kIn,
    event::kIn,
    event::kOut,
    event::kIn | event::kOut,
    event::kIn | event::kRdhup,
    event::kRdhup,
    event::kPri,
    event::kIn | event::kPri | event::kOut | event::kRdnorm | event::kRdband | event::kWrnorm |
        event::kWrband | event::kRdhup,
    event::kRdnorm,
    event::kWrnorm,
    event::kWrband,
    0,
};
inline constexpr std::uint32_t kEdgePercent = 50;
inline constexpr std::uint32_t kOneshotPercent = 15;
inline constexpr std::uint32_t kExclusivePercent = 8;
inline constexpr std::uint32_t kWakeupPercent = 2;
inline constexpr std::uint32_t kUnknownBitPercent = 2;

/// Bytes of a transfer. Powers and limits of pages, of pipes and of socket buffers; no others, so
/// that the charge of each can be measured once.
inline constexpr std::uint32_t kLengths[] = {1,    1,    1,     2,     8,     100,   4095,  4096,
                                             4097, 8192, 30000, 36544, 61440, 65536, 80000, 131072};
inline constexpr std::uint32_t kEmptyTransferPercent = 4;
inline constexpr std::uint32_t kBadPointerPercent = 3;

/// Values of eventfd writes and initial counts.
inline constexpr std::uint64_t kCounts[] = {
    1, 1, 1, 2, 3, 0, 0xffffffff, ~std::uint64_t{0} - 1, ~std::uint64_t{0} - 2, ~std::uint64_t{0}};

inline constexpr std::int32_t kMaxEventsChoices[] = {16, 16, 16, 1, 1, 2, 3};
inline constexpr std::uint32_t kPipeSizes[] = {4096, 8192, 16384, 65536, 131072, 1};
inline constexpr std::int32_t kBacklogs[] = {0, 0, 1, 2, 5};

/// Arguments that no call accepts: -1, or a handle of another kind than the call is for.
inline constexpr std::uint32_t kWrongHandlePercent = 4;
inline constexpr std::uint32_t kBadLiteralPercent = 1;
inline constexpr std::uint32_t kWrongArgumentPercent = 2;
inline constexpr std::uint32_t kShortTimeoutPermille = 1;
/// Nanoseconds of a time-out that is not 0: it ends, and a signal ends it.
inline constexpr std::uint32_t kShortTimeouts[] = {1, 1, 1000, 50'000, 999'999};
/// Waits with a time-out that only a signal or an event ends, where one is likely pending.
inline constexpr std::uint32_t kMaskPercent = 25;

/// Busy poll parameters, packed as BusyPollParams; some of them are refused.
inline constexpr BusyPollParams kBusyPolls[] = {
    {0, 0, 0, 0},          {64, 8, 0, 0}, {64, 16, 1, 0}, {0x7fffffff, 64, 1, 0},
    {0x80000000, 0, 0, 0}, {0, 65, 0, 0}, {0, 8, 2, 0},   {0, 8, 1, 1},
};

/// Close-on-exec matters to programs that execute something, which few do.
inline constexpr std::uint32_t kCloseOnExecPercent = 5;
inline constexpr std::uint32_t kCloseOnExecPercentWithProcesses = 30;

/// Programs with a second process. A fork costs as much as some hundred other calls.
inline constexpr std::uint32_t kProcessesPermille = 12;
/// In those: operations of the second process, and calls about processes.
inline constexpr std::uint32_t kSecondProcessPercent = 45;
inline constexpr std::uint32_t kProcessCallPercent = 8;
inline constexpr KindWeight kProcessCalls[] = {
    {OperationKind::kFork, 6}, {OperationKind::kClone, 3},   {OperationKind::kExec, 2},
    {OperationKind::kExit, 3}, {OperationKind::kUnshare, 4},
};

}  // namespace epollcheck::generator_weights
