// Holds bytes that a client sent and that have not been handled.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace ordinal::wire {

// Views into unread() stay valid until the next Prepare().
class InputBuffer {
 public:
  InputBuffer();

  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  // Returns space to read into, never empty. Memory grows only as bytes arrive, never by what a client
  // announces.
  std::span<char> Prepare();
  // Adds `count` bytes, written into the space that Prepare gave.
  void Commit(std::size_t count) { end_ += count; }
  // Drops `count` bytes off the front of unread().
  void Consume(std::size_t count) { begin_ += count; }

 private:
  void Resize(std::size_t capacity);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace ordinal::wire
