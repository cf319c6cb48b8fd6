#include "kv/etcd/completion_pump.h"

#include <memory>

namespace ordinal::kv {

namespace {
constexpr int kThreads = 2;
}  // namespace

CompletionPump::CompletionPump() {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Run(); });
}

CompletionPump::~CompletionPump() {
  queue_.Shutdown();
  for (std::thread& thread : threads_) thread.join();
}

void CompletionPump::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
    const std::unique_ptr<std::function<void(bool)>> run(static_cast<std::function<void(bool)>*>(tag));
    (*run)(ok);
  }
}

}  // namespace ordinal::kv
