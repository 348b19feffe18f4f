package io.lighter.images.registry.server;

import io.lighter.images.registry.server.http.Exchange;
import io.lighter.images.registry.server.http.Refusal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Says to clients how they can prove who they are. */
final class Challenges {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-\\[\\]:]{1,255}");

  private final RegistryOptions options;

  Challenges(RegistryOptions options) {
    this.options = options;
  }

  Refusal unauthorized(Exchange exchange, List<String> scopes, String why) {
    String challenge =
        options.tokens() ? bearer(exchange, scopes) : "Basic realm=\"lighter registry\"";
    return new Refusal(401, "UNAUTHORIZED", why, Map.of("WWW-Authenticate", challenge));
  }

  private String bearer(Exchange exchange, List<String> scopes) {
    String host =
        exchange.header("Host").filter(h -> HOST.matcher(h).matches()).orElse("localhost");
    String url =
        options.url().isEmpty()
            ? (exchange.isSecure() ? "https://" : "http://") + host
            : options.url();
    StringBuilder challenge = new StringBuilder("Bearer realm=\"").append(url).append("/token\"");
    challenge.append(",service=\"").append(host).append('"');
    if (!scopes.isEmpty()) {
      challenge.append(",scope=\"").append(String.join(" ", scopes)).append('"');
    }
    return challenge.toString();
  }
}
