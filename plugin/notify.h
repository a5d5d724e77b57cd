#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace plumbline {

/// Tells the service manager how this process is doing, as sd_notify(3) describes it: one datagram of
/// "NAME=value" lines ("READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…") to the socket that $NOTIFY_SOCKET
/// names, an absolute path or an abstract name behind "@". Without that variable nobody asked, and nothing is
/// done. False when a manager asked and could not be told.
bool notify(std::string_view state);

/// How often the manager wants to hear "WATCHDOG=1" before it restarts this process: $WATCHDOG_USEC, where
/// $WATCHDOG_PID names this process or nobody. None: it does not watch. A process should speak up twice as
/// often.
std::optional<std::chrono::microseconds> watchdog();

}  // namespace plumbline
