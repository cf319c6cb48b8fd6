// Gives sessions that act on commands instead of SQL, and a blocking client for raw protocol bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "session/endpoint.h"

namespace ordinal::wire {

// Counts what happens in all fake sessions of a test.
struct FakeLog {
  std::atomic<int> made = 0;
  std::atomic<int> destroyed = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> destroyed_while_inside = 0;
  std::atomic<int> overlapping = 0;  // two threads inside one endpoint
  std::atomic<int> wrong_place = 0;
  std::atomic<int> before_sync = 0;  // Execute messages that a Sync was known to follow
};

// Understands, as the text of a simple query:
//   echo TEXT          one row
//   pool TEXT          asks for the pool first
//   wait TEXT          waits, resumed from another thread after 20 ms
//   early TEXT         waits, resumed before Step returns
//   poolwait TEXT      asks for the pool, waits from there
//   rows N             N rows of 1,000 bytes on the pool, asking to drain at 1 MiB
//   hang               stays on the pool until cancelled
//   throw              fails inside
//   close              says FATAL and closes
class FakeEndpoint final : public session::Endpoint {
 public:
  FakeEndpoint(FakeLog& log, std::function<void()> resume) : log_(log), resume_(std::move(resume)) {
    ++log_.made;
  }
  ~FakeEndpoint() override;

  session::StepResult Start(const std::vector<std::pair<std::string, std::string>>& parameters,
                            session::ResultSink& sink) override;
  session::StepResult Step(const session::FrontendMessage& message, session::ResultSink& sink,
                           session::Place place) override;
  void Cancel() override {
    ++log_.cancelled;
    cancelled_ = true;
  }
  void Shutdown() override { cancelled_ = true; }

 private:
  session::StepResult StepInside(const session::FrontendMessage& message, session::ResultSink& sink,
                                 session::Place place);
  session::StepResult Hang(session::ResultSink& sink);
  session::StepResult Rows(int count, session::ResultSink& sink);
  session::StepResult Answer(std::string_view text, session::ResultSink& sink);

  FakeLog& log_;
  std::function<void()> resume_;
  std::atomic<bool> inside_ = false;
  std::atomic<bool> cancelled_ = false;
  int stage_ = 0;  // steps of the current message taken so far
  int rows_sent_ = 0;
  std::string kept_;  // text of the last Parse
  std::vector<std::thread> threads_;
};

class FakeFactory final : public session::EndpointFactory {
 public:
  std::unique_ptr<session::Endpoint> Make(std::function<void()> resume, std::int32_t) override {
    return std::make_unique<FakeEndpoint>(log, std::move(resume));
  }
  FakeLog log;
};

// A blocking socket with the few messages that the tests need.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  explicit RawClient(const std::string& socket_path);
  ~RawClient() { Close(); }

  // Sends a startup packet and reads up to ReadyForQuery or the end; returns what came, in Read's form.
  std::string Start(std::string_view parameters = std::string_view("user\0admin\0\0", 12));
  void Send(std::string_view bytes);
  void Query(std::string_view text);
  // Reads one message, as its type followed by its printable text: "D:echoed". Empty at the end of the
  // connection.
  std::string Read();
  // Reads up to and including `type` or the end; messages are joined by spaces.
  std::string ReadUntil(char type);
  // Reads single bytes outside of messages.
  std::string ReadBytes(std::size_t count);
  void Close();
  // Closes with a reset instead of an orderly end.
  void Reset();
  std::int32_t backend_id = 0;
  std::int32_t secret = 0;

  static std::string Message(char type, std::string_view body);
  static std::string Startup(std::int32_t version, std::string_view rest);

 private:
  bool ReadExactly(char* bytes, std::size_t count);
  int fd_ = -1;
};

// Waits up to ten seconds for a condition.
bool Eventually(const std::function<bool()>& condition);

}  // namespace ordinal::wire
