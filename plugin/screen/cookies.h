#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "plugin/http/message.h"

namespace plumbline::screen {

/// Whether the page may stand in a frame of an EHR, whose site is another.
enum class Place { Window, Frame };

/// The cookies of the screen. Their names begin with __Host-, so that no other host and no plain connection
/// can set them (RFC 6265bis, 4.1.3.2).
inline constexpr std::string_view kLaunchCookie = "__Host-plumbline-launch";
inline constexpr std::string_view kSessionCookie = "__Host-plumbline-screen";

/// The value of a cookie; empty where there is none, or more than one of the name: then somebody else set
/// one.
std::string_view cookie(const http::Request& request, std::string_view name);

/// Set-Cookie of a value for the browser alone. In a frame the cookie goes to other sites' pages too, but is
/// kept for each of them by itself (Partitioned); else only to navigations from there (SameSite=Lax).
std::pair<std::string, std::string> setCookie(std::string_view name, std::string_view value, Place place);
std::pair<std::string, std::string> dropCookie(std::string_view name, Place place);

}  // namespace plumbline::screen
