// Wraps the primitives of OpenSSL that SCRAM needs. Private to this room and to wire. Failures of the library
// throw XX000.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ordinal::auth {

std::string Sha256(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);
// PBKDF2 with HMAC-SHA-256 and one block of output: Hi() of RFC 5802.
std::string SaltedPassword(std::string_view password, std::string_view salt, int iterations);
std::string Base64(std::string_view bytes);
// nullopt for what is not base64, padding included.
std::optional<std::string> FromBase64(std::string_view text);
// In constant time for strings of one length.
bool SameSecret(std::string_view left, std::string_view right);

}  // namespace ordinal::auth
