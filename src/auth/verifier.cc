#include "auth/verifier.h"

#include <charconv>
#include <utility>

#include "auth/crypto.h"
#include "base/error.h"

namespace ordinal::auth {
namespace {

constexpr std::string_view kPrefix = "SCRAM-SHA-256$";
constexpr int kIterationsMax = 100'000'000;

bool IsMd5Form(std::string_view text) {
  return text.size() == 35 && text.starts_with("md5") &&
         text.substr(3).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Takes what stands before the separator off the front; nullopt when there is no separator.
std::optional<std::string_view> TakeUntil(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

}  // namespace

Verifier MakeVerifier(std::string_view password, std::string salt, int iterations) {
  const std::string salted = SaltedPassword(password, salt, iterations);
  return {iterations, std::move(salt), Sha256(HmacSha256(salted, "Client Key")),
          HmacSha256(salted, "Server Key")};
}

Verifier MakeVerifier(std::string_view password, base::RandomSource& random) {
  std::string salt(kScramSaltBytes, '\0');
  random.Fill(salt.data(), salt.size());
  return MakeVerifier(password, std::move(salt), kScramIterations);
}

std::string FormatVerifier(const Verifier& verifier) {
  return std::string(kPrefix) + std::to_string(verifier.iterations) + ":" + Base64(verifier.salt) + "$" +
         Base64(verifier.stored_key) + ":" + Base64(verifier.server_key);
}

std::optional<Verifier> ParseVerifier(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const auto iterations = TakeUntil(text, ':');
  const auto salt = TakeUntil(text, '$');
  const auto stored_key = TakeUntil(text, ':');
  if (!iterations || !salt || !stored_key) return std::nullopt;
  Verifier verifier;
  const char* const end = iterations->data() + iterations->size();
  const auto [rest, error] = std::from_chars(iterations->data(), end, verifier.iterations);
  if (error != std::errc() || rest != end || verifier.iterations < 1 ||
      verifier.iterations > kIterationsMax) {
    return std::nullopt;
  }
  auto salt_bytes = FromBase64(*salt);
  auto stored_bytes = FromBase64(*stored_key);
  auto server_bytes = FromBase64(text);
  if (!salt_bytes || salt_bytes->empty() || !stored_bytes || stored_bytes->size() != kScramKeyBytes ||
      !server_bytes || server_bytes->size() != kScramKeyBytes) {
    return std::nullopt;
  }
  verifier.salt = std::move(*salt_bytes);
  verifier.stored_key = std::move(*stored_bytes);
  verifier.server_key = std::move(*server_bytes);
  return verifier;
}

std::string StoredPassword(std::string_view given, base::RandomSource& random) {
  if (ParseVerifier(given)) return std::string(given);
  if (IsMd5Form(given)) base::ThrowUnsupported("MD5 passwords");
  return FormatVerifier(MakeVerifier(given, random));
}

bool Fits(std::string_view password, const Verifier& verifier) {
  const Verifier made = MakeVerifier(password, verifier.salt, verifier.iterations);
  return SameSecret(made.stored_key, verifier.stored_key);
}

}  // namespace ordinal::auth
