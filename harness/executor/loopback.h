// Loopback: internet sockets that stay on the machine, and the certainty that what a call sent has
// arrived.
//
// Packets over the loopback device mostly arrive before the call that sends them returns, but a
// busy kernel may hand them on a little later (net_rx_action, time_squeeze). arrive() waits for
// that without sleeping and without guessing. The thread is bound to one processor while a program
// has internet sockets; each processor hands on its packets one after the other, in the order in
// which they were sent; so when a packet of our own comes back, all that was sent before it has
// been taken in. What the receivers answered is behind it, hence several rounds.
//
// Acknowledgements are the one thing that TCP itself puts off (by 40 ms and more). Sockets are kept
// out of the mode in which it does (TCP_QUICKACK), and where it does nevertheless, for a FIN,
// arrive() looks at the state of the connection until the acknowledgement is there. Where that
// state cannot be seen, come_to_rest() watches the sockets themselves (connection_quiet.h).
//
// Source: netif_rx, process_backlog, net/core/dev.c; tcp_fin, net/ipv4/tcp_input.c, Linux 6.18.

#pragma once

#include <netinet/in.h>
#include <sched.h>

#include <cstdint>
#include <span>

#include "harness/executor/connection_quiet.h"
#include "harness/executor/system_calls.h"

namespace epollcheck {

class Loopback {
public:
    using Outcome = system_call::Outcome;

    Loopback() = default;
    ~Loopback();
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    /// Makes the socket that packets of our own go through. False if there is no such network.
    bool open();
    /// A program makes an internet socket: the thread stays on one processor until leave().
    void enter();
    void leave();

    [[nodiscard]] bool is_entered() const { return entered_; }
    /// The thread was moved: from now on it stays where it is.
    void stay_here();
    /// True if there is a socket that packets of our own go through.
    [[nodiscard]] bool is_open() const { return pilot_ >= 0; }

    /// Another process is to stay on that processor, too, if there is one.
    void keep_together(pid_t process) const;

    /// An address of 127.0.0.0/8 that was not used before, with a port that the kernel chooses.
    sockaddr_in fresh_address();
    /// An address that nobody serves.
    static sockaddr_in nobodys_address();

    /// Waits until everything that was sent has been taken in. False if that never happens.
    bool arrive();
    /// Waits until the peer of a TCP socket has acknowledged all that it could.
    static Outcome be_acknowledged(int fd);
    /// Waits until the TCP sockets of a program do not change any more, where be_acknowledged()
    /// cannot know. False if that never happens.
    bool come_to_rest(std::span<const int> connections) { return quiet_.wait(connections); }
    /// Options of each TCP socket of a program: small packets and acknowledgements go at once.
    static Outcome make_prompt(int fd);
    /// The connection ends with a reset when the socket is closed, so that no TIME_WAIT remains.
    static Outcome leave_nothing_behind(int fd);

private:
    bool send_round();

    ConnectionQuiet quiet_;
    int pilot_ = -1;  // connected to itself
    std::uint32_t round_ = 0;
    std::uint32_t next_host_ = 0;
    bool entered_ = false;
    cpu_set_t allowed_ = {};  // before enter()
};

}  // namespace epollcheck
