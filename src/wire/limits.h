// Names the bounds of this room.
#pragma once

#include <chrono>
#include <cstddef>

namespace ordinal::wire {

// The longest message accepted unless configured otherwise.
inline constexpr std::size_t kMessageBytesMax = std::size_t{10} << 20;
// Messages that carry only names and counts; PostgreSQL's PQ_SMALL_MESSAGE_LIMIT.
inline constexpr std::size_t kSmallMessageBytesMax = 10'000;
// PostgreSQL's MAX_STARTUP_PACKET_LENGTH.
inline constexpr std::size_t kStartupBytesMax = 10'000;

// What a client answers to a request to prove who he is; PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH.
inline constexpr std::size_t kAuthMessageBytesMax = 65535;

// An input buffer begins with this many bytes. One that grew beyond the second number gives its memory back
// when it is empty.
inline constexpr std::size_t kInputBytesInitial = 8192;
inline constexpr std::size_t kInputBytesKept = std::size_t{64} << 10;
// An output buffer that grew beyond this gives its memory back when it is empty.
inline constexpr std::size_t kOutputBytesKept = std::size_t{256} << 10;
// With this much unsent output, no further message of the connection is begun.
inline constexpr std::size_t kOutputBytesHigh = std::size_t{1} << 20;

// Messages that one connection may have handled before the other connections of its loop get a turn.
inline constexpr int kMessagesPerTurn = 256;

// How long a lone connection polls its socket before it blocks, and how often it does so in one turn.
inline constexpr std::chrono::microseconds kSpinTime{50};
inline constexpr int kSpinsPerTurn = 32;
// A connection counts as alone after this many messages in a row without one from another connection.
inline constexpr int kLoneAfterMessages = 16;

// Connections that have not yet sent their startup packet, beyond those that may be open.
inline constexpr std::size_t kHalfOpenMax = 256;
inline constexpr std::chrono::milliseconds kStartupTimeout{60'000};
inline constexpr std::chrono::milliseconds kAcceptBackOff{100};

}  // namespace ordinal::wire
