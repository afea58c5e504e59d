// ConnectionQuiet: the certainty that TCP connections have come to rest, where nobody tells.
//
// Linux hands packets of the loopback device on before a call returns, and TCP_INFO says what is
// not acknowledged yet. A TCP of another make may work in threads of its own and say nothing
// (gVisor), and qemu-user leaves most of TCP_INFO out. There this waits until the sockets of a
// program look the same before and after bytes have gone to and fro on connections of our own: what
// is still to be done for the program is done by the same threads, and those get the processor in
// turn. No manual page promises when a packet arrives, so nothing that is promised is hidden by
// waiting.

#pragma once

#include <span>
#include <vector>

namespace epollcheck {

class ConnectionQuiet {
public:
    ConnectionQuiet() = default;
    ~ConnectionQuiet();
    ConnectionQuiet(const ConnectionQuiet&) = delete;
    ConnectionQuiet& operator=(const ConnectionQuiet&) = delete;

    /// Finds out whether TCP_INFO tells what is not acknowledged. If not, makes the connections
    /// that wait() uses. Opens descriptors, so it is to be called before numbers are plugged.
    void open();

    /// Waits until the sockets `watched` are at rest; at once if TCP_INFO tells. False if they
    /// never are, or if our own connections do not work any longer.
    bool wait(std::span<const int> watched);

private:
    struct Pair {
        int near = -1;
        int far = -1;
    };
    /// What a program could see of a socket without changing it.
    struct Look {
        short events = 0;
        int to_receive = 0;  // bytes
        int to_send = 0;     // bytes
        int state = 0;       // of tcp_info

        friend bool operator==(const Look&, const Look&) = default;
    };

    static Pair connect(int listener);
    static void close(const Pair& pair);
    static bool go_to_and_fro(const Pair& pair);
    static Look look_at(int fd);
    bool is_same(std::span<const int> watched, bool may_stay);

    std::vector<Pair> pairs_;  // none if they are not needed
    std::vector<Look> looks_;  // the last ones, one for each socket
};

}  // namespace epollcheck
