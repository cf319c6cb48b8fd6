// Keeps passwords as SCRAM-SHA-256 verifiers (RFC 5802, RFC 7677), in PostgreSQL's form
// `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, with salt and keys in base64. Pure functions;
// making and checking cost milliseconds by intention, so neither belongs on an event loop.
//
// Passwords are taken byte by byte: SASLprep (RFC 4013) is not applied, so a password outside of ASCII must
// be sent in the form in which it was set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace ordinal::auth {

inline constexpr int kScramIterations = 4096;
inline constexpr std::size_t kScramKeyBytes = 32;
inline constexpr std::size_t kScramSaltBytes = 16;

struct Verifier {
  int iterations = kScramIterations;
  std::string salt;
  std::string stored_key;
  std::string server_key;
};

// Makes the verifier of a password with a random salt.
Verifier MakeVerifier(std::string_view password, base::RandomSource& random);
Verifier MakeVerifier(std::string_view password, std::string salt, int iterations);

std::string FormatVerifier(const Verifier& verifier);
// nullopt when the text is no verifier.
std::optional<Verifier> ParseVerifier(std::string_view text);

// What CREATE ROLE ... PASSWORD stores: a verifier as it stands, else the verifier of the password. Throws
// 0A000 for the form of an MD5 password.
std::string StoredPassword(std::string_view given, base::RandomSource& random);

// Compares in a time that does not depend on where the two differ.
bool Fits(std::string_view password, const Verifier& verifier);

}  // namespace ordinal::auth
