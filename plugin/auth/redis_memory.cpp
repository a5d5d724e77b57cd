#include "plugin/auth/redis_memory.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "plugin/uuid.h"

namespace plumbline::auth {
namespace {

using Poco::Redis::Array;
using Poco::Redis::BulkString;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const std::string kSince = "plumbline:since";
constexpr std::size_t kDigestDigits = 64;

Poco::Timespan left(RedisMemory::Clock::time_point deadline) {
  const auto time =
      std::chrono::duration_cast<std::chrono::microseconds>(deadline - RedisMemory::Clock::now());
  if (time.count() <= 0) throw Unreliable("does not answer in time");
  return {0, static_cast<long>(time.count())};
}

template <class... Words>
Array command(const Words&... words) {
  Array made;
  (made << ... << std::string(words));
  return made;
}

/// What was answered; nothing for a key that is not there.
std::optional<std::string> textAt(const Array& answers, std::size_t index) {
  const BulkString text = answers.get<BulkString>(index);
  return text.isNull() ? std::nullopt : std::optional(text.value());
}

/// What an INFO says of `name`; empty where it says nothing.
std::string_view fieldOf(std::string_view info, std::string_view name) {
  const std::string begin = "\n" + std::string(name) + ":";
  const auto at = info.find(begin);
  if (at == std::string_view::npos) return {};
  info.remove_prefix(at + begin.size());
  return info.substr(0, info.find('\r'));
}

long numberOf(std::string_view text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    throw Unreliable("says what no Redis says");
  return number;
}

/// Whose beginning cannot be another's end. A digest, so that what is in Redis tells nothing of a token.
std::string keyOf(const UsedToken& token) {
  std::string whole = std::to_string(token.issuer.size()) + ":";
  whole.append(token.issuer).append(token.id);
  return "plumbline:jti:" + sha256Prefix(whole, kDigestDigits);
}

}  // namespace

RedisMemory::RedisMemory(const Poco::Net::SocketAddress& address, const std::string& password,
                         Clock::time_point deadline) {
  client_.connect(address, left(deadline));
  if (!password.empty()) ask({command("AUTH", password)}, deadline);
  const std::string info = textAt(ask({command("INFO")}, deadline), 0).value_or("");
  if (fieldOf(info, "maxmemory_policy") != "noeviction")
    throw Unreliable("may forget tokens: its maxmemory-policy is not noeviction");
  keepsOverRestart_ = fieldOf(info, "aof_enabled") == "1";
  running_ = seconds(numberOf(fieldOf(info, "uptime_in_seconds")));
}

void RedisMemory::begin(sys_seconds now, Clock::time_point deadline) {
  const std::string moment = std::to_string(now.time_since_epoch().count());
  marker_ =
      textAt(ask({command("SET", kSince, moment, "NX"), command("GET", kSince)}, deadline), 1).value_or("");
  since_ = sys_seconds(seconds(numberOf(marker_)));
  if (!keepsOverRestart_) since_ = std::max(since_, now - running_);
}

ReplayGuard::Answer RedisMemory::record(const UsedToken& token, const std::string& holder, sys_seconds now,
                                        Clock::time_point deadline) {
  if (token.issued <= unsureUntil()) return ReplayGuard::Answer::Unknown;
  const std::string key = keyOf(token);
  // The clock of another replica may be behind, and the token good there for longer.
  const auto kept = std::max(token.until + kClocksDiffer - now, seconds(1));
  const Array answers = ask({command("SET", key, holder, "NX", "EX", std::to_string(kept.count())),
                             command("GET", key), command("GET", kSince)},
                            deadline);
  if (textAt(answers, 2) != marker_) throw Unreliable("has lost its memory");
  const auto holds = textAt(answers, 1);
  if (!holds) throw Unreliable("does not keep what it is told");
  return *holds == holder ? ReplayGuard::Answer::New : ReplayGuard::Answer::Seen;
}

namespace {

/// What to look at for an error of Redis; empty where its name says all.
const char* remedyOf(std::string_view error) {
  if (error == "NOAUTH") return ": it wants a password, and replay.passwordFile names none";
  if (error == "WRONGPASS") return ": the password in replay.passwordFile is not its own";
  return "";
}

}  // namespace

/// All commands in one go. An error of any is an exception.
Array RedisMemory::ask(const std::vector<Array>& commands, Clock::time_point deadline) {
  client_.setReceiveTimeout(left(deadline));
  const Array answers = client_.sendCommands(commands);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers.getType(i) != Poco::Redis::RedisTypeTraits<Poco::Redis::Error>::TypeId) continue;
    const std::string said = answers.get<Poco::Redis::Error>(i).getMessage();
    const std::string name = said.substr(0, said.find_first_of(" :'"));
    throw Unreliable("answers " + name + remedyOf(name));
  }
  return answers;
}

}  // namespace plumbline::auth
