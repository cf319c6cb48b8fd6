// Implements the fakes; named as a test so that the build finds it.
#include "unit/wire/fake_endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "base/bytes.h"

namespace ordinal::wire {

using session::Place;
using session::StepResult;
using types::Value;

FakeEndpoint::~FakeEndpoint() {
  if (inside_) ++log_.destroyed_while_inside;
  for (std::thread& thread : threads_) thread.join();
  ++log_.destroyed;
}

StepResult FakeEndpoint::Start(const std::vector<std::pair<std::string, std::string>>& parameters,
                               session::ResultSink& sink) {
  for (const auto& [name, value] : parameters) sink.ParameterStatus(name, value);
  sink.ReadyForQuery('I');
  return StepResult::kDone;
}

StepResult FakeEndpoint::Step(const session::FrontendMessage& message, session::ResultSink& sink,
                              Place place) {
  if (inside_.exchange(true)) ++log_.overlapping;
  struct Leave {
    std::atomic<bool>& inside;
    ~Leave() { inside = false; }
  } leave{inside_};
  const StepResult result = StepInside(message, sink, place);
  stage_ = result == StepResult::kDone ? 0 : stage_ + 1;
  return result;
}

StepResult FakeEndpoint::StepInside(const session::FrontendMessage& message, session::ResultSink& sink,
                                    Place place) {
  if (message.type == 'P') {
    kept_ = message.text;
    sink.ParseComplete();
    return StepResult::kDone;
  }
  if (message.type == 'S') {
    sink.ReadyForQuery('I');
    return StepResult::kDone;
  }
  if (message.type == 'H') return StepResult::kDone;
  if (message.sync_follows) ++log_.before_sync;
  const std::string_view query = message.type == 'E' ? std::string_view(kept_) : message.text;
  const std::size_t space = query.find(' ');
  const std::string_view verb = query.substr(0, space);
  const std::string_view rest = space == std::string_view::npos ? "" : query.substr(space + 1);
  const bool pool = verb == "pool" || verb == "poolwait" || verb == "rows" || verb == "hang";
  if (pool && stage_ == 0) return StepResult::kNeedPool;
  if (pool && verb != "poolwait" && place != Place::kPool) ++log_.wrong_place;
  if (verb == "rows") return Rows(std::atoi(std::string(rest).c_str()), sink);
  if (verb == "hang") return Hang(sink);
  if (verb == "throw") throw std::runtime_error("it broke");
  if (verb == "close") {
    sink.Report(base::Error(base::sqlstate::kAdminShutdown, "go away").Fatal().report());
    return StepResult::kClose;
  }
  if (((verb == "wait" || verb == "early") && stage_ == 0) || (verb == "poolwait" && stage_ == 1)) {
    threads_.emplace_back([resume = resume_, slow = verb != "early"] {
      if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      resume();
    });
    if (verb == "early") std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return StepResult::kWaiting;
  }
  const StepResult result = Answer(rest, sink);
  if (message.type == 'Q') sink.ReadyForQuery('I');
  return result;
}

StepResult FakeEndpoint::Answer(std::string_view text, session::ResultSink& sink) {
  const std::vector<session::ColumnDescription> columns = {
      {.name = "c", .table = 0, .attribute = 0, .type = {.id = types::TypeId::kText}, .format = 0}};
  const Value value = Value::String(text);
  sink.DataRow(std::span(&value, 1), columns, types::Settings());
  return StepResult::kDone;
}

StepResult FakeEndpoint::Hang(session::ResultSink& sink) {
  while (!cancelled_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  cancelled_ = false;
  sink.Report(
      base::Error(base::sqlstate::kQueryCanceled, "canceling statement due to user request").report());
  sink.ReadyForQuery('I');
  return StepResult::kDone;
}

StepResult FakeEndpoint::Rows(int count, session::ResultSink& sink) {
  const std::string text(1000, 'x');
  for (; rows_sent_ < count; ++rows_sent_) {
    if (sink.BufferedBytes() > std::size_t{1} << 20) return StepResult::kNeedDrain;
    Answer(text, sink);
  }
  rows_sent_ = 0;
  sink.ReadyForQuery('I');
  return StepResult::kDone;
}

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) Close();
}

RawClient::RawClient(const std::string& socket_path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) Close();
}

std::string RawClient::Message(char type, std::string_view body) {
  std::string bytes(1, type);
  base::AppendBigEndian(bytes, static_cast<std::uint32_t>(body.size() + 4));
  return bytes.append(body);
}

std::string RawClient::Startup(std::int32_t version, std::string_view rest) {
  std::string bytes;
  base::AppendBigEndian(bytes, static_cast<std::uint32_t>(rest.size() + 8));
  base::AppendBigEndian(bytes, version);
  return bytes.append(rest);
}

std::string RawClient::Start(std::string_view parameters) {
  Send(Startup(3 << 16, parameters));
  return ReadUntil('Z');
}

void RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawClient::Query(std::string_view text) { Send(Message('Q', std::string(text) + '\0')); }

bool RawClient::ReadExactly(char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t got = ::recv(fd_, bytes, count, 0);
    if (got <= 0) return false;
    bytes += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string RawClient::Read() {
  char header[5];
  if (!ReadExactly(header, sizeof header)) return "";
  std::string body(base::LoadBigEndian<std::uint32_t>(header + 1) - 4, '\0');
  if (!ReadExactly(body.data(), body.size())) return "";
  if (header[0] == 'K') {
    backend_id = base::LoadBigEndian<std::int32_t>(body.data());
    secret = base::LoadBigEndian<std::int32_t>(body.data() + 4);
    return "K";
  }
  std::string text(1, header[0]);
  text += ':';
  if (header[0] == 'D') return text + body.substr(6);
  for (const char c : body) {
    if (c >= ' ' && c <= '~') text += c;
  }
  return text;
}

std::string RawClient::ReadUntil(char type) {
  std::string all;
  for (;;) {
    const std::string one = Read();
    if (one.empty()) return all + "end";
    all += one;
    if (one[0] == type) return all;
    all += ' ';
  }
}

std::string RawClient::ReadBytes(std::size_t count) {
  std::string bytes(count, '\0');
  return ReadExactly(bytes.data(), count) ? bytes : "";
}

void RawClient::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void RawClient::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  Close();
}

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace ordinal::wire
