package io.lighter.images.registry.server.access;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds out who asks, decides what they may do, and gives tokens for it. Thread-safe. */
public final class AccessControl {
  /** How long a token is good, which is also how long a right outlives its being taken away. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final Duration REFRESH_LIFETIME = Duration.ofDays(90);
  private static final String CATALOG_TYPE = "registry";

  private final @Nullable Accounts accounts;
  private final List<Rule> rules;
  private final TokenSigner signer;

  /**
   * Access by rules.
   *
   * @param accounts null for none: then everybody may do everything, unless there are rules
   * @param rules empty for the usual: everything for everybody with an account
   */
  public AccessControl(@Nullable Accounts accounts, List<Rule> rules, TokenSigner signer) {
    this.accounts = accounts;
    this.rules =
        !rules.isEmpty() ? List.copyOf(rules) : List.of(accounts == null ? Rule.OPEN : Rule.CLOSED);
    this.signer = signer;
  }

  /** Whether nobody has to say who they are, for anything. */
  public boolean isOpen() {
    return accounts == null;
  }

  /** Whether those who have not said who they are may do anything at all. */
  public boolean admitsAnybody() {
    return rules.stream().anyMatch(Rule::isForAnybody);
  }

  /**
   * Finds out who sends a header {@code Authorization}.
   *
   * @throws ImageException when it proves nothing, and says why
   */
  public Identity identify(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return Identity.ANONYMOUS;
    }
    String[] parts = header.strip().split("\\s+", 2);
    if (parts.length == 2 && parts[0].equalsIgnoreCase("Basic")) {
      return basic(parts[1]);
    }
    if (parts.length == 2 && parts[0].equalsIgnoreCase("Bearer")) {
      Fields claims = signer.verify(parts[1]);
      requireUse(claims, "access");
      return new Identity(
          claims.string("sub"),
          claims.objects(
              "access",
              grant ->
                  new Grant(
                      grant.text("type"),
                      grant.text("name"),
                      new TreeSet<>(grant.strings("actions")))));
    }
    throw new ImageException("the authorization is neither Basic nor Bearer");
  }

  private Identity basic(String encoded) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ImageException("the authorization is not in base64", e);
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw new ImageException("the authorization has no password");
    }
    return login(pair.substring(0, colon), pair.substring(colon + 1));
  }

  /**
   * Checks a password.
   *
   * @throws ImageException when it is wrong; does not say which of the two
   */
  public Identity login(String user, String password) {
    Accounts known = accounts;
    if (known != null && !known.check(user, password)) {
      throw new ImageException("user name or password is wrong");
    }
    return new Identity(known == null ? null : user, null);
  }

  /** Whether somebody may do something. */
  public boolean allows(Identity who, Right right, String repository) {
    List<Grant> grants = who.grants();
    if (grants != null) {
      return grants.stream()
          .anyMatch(
              grant ->
                  grant.type().equals("repository")
                      && grant.name().equals(repository)
                      && grant.actions().contains(right.word()));
    }
    return isAllowed(who.user(), right, repository);
  }

  /** Whether a repository is listed in somebody's catalog. */
  public boolean lists(Identity who, String repository) {
    return isAllowed(who.user(), Right.PULL, repository);
  }

  private boolean isAllowed(@Nullable String user, Right right, String repository) {
    return rules.stream()
        .anyMatch(rule -> rule.rights().contains(right) && rule.isFor(user, repository));
  }

  /**
   * Makes a token for as much of what is asked for as is allowed, be it nothing.
   *
   * @param service name of this registry
   * @throws ImageException when a scope is none
   */
  public String token(Identity who, String service, List<String> scopes) {
    List<Map<String, Object>> access = new ArrayList<>();
    for (Grant asked : Grant.parse(scopes)) {
      Set<String> actions = new TreeSet<>();
      for (Right right : Right.values()) {
        boolean wanted = asked.actions().contains(right.word()) || asked.actions().contains("*");
        if (wanted && isAllowed(who.user(), right, asked.name())) {
          actions.add(right.word());
        }
      }
      if (asked.type().equals(CATALOG_TYPE)) {
        actions.add("*"); // It shows each no more than they may pull.
      }
      access.add(
          Map.of("type", asked.type(), "name", asked.name(), "actions", List.copyOf(actions)));
    }
    return signer.sign(claims(who, "access", service, LIFETIME, Map.of("access", access)));
  }

  /** Makes a token that gets others without a password, until that is changed. */
  public String refreshToken(Identity who, String service) {
    return signer.sign(
        claims(who, "refresh", service, REFRESH_LIFETIME, Map.of("ver", version(who.user()))));
  }

  /**
   * Finds out who was given a refresh token.
   *
   * @throws ImageException when it is none, or does not count any more
   */
  public Identity refreshed(String token) {
    Fields claims = signer.verify(token);
    requireUse(claims, "refresh");
    String user = claims.string("sub");
    if (user == null || !version(user).equals(claims.text("ver"))) {
      throw new ImageException("the password was changed: log in again");
    }
    return new Identity(user, null);
  }

  private String version(@Nullable String user) {
    Accounts known = accounts;
    String version = known == null || user == null ? null : known.version(user);
    return version == null ? "none" : version;
  }

  private static void requireUse(Fields claims, String use) {
    if (!claims.text("use").equals(use)) {
      throw new ImageException("the token is for another use");
    }
  }

  private static Map<String, Object> claims(
      Identity who, String use, String service, Duration lifetime, Map<String, Object> more) {
    long now = System.currentTimeMillis() / 1000;
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("use", use);
    claims.put("aud", service);
    if (who.user() != null) {
      claims.put("sub", who.user());
    }
    claims.put("iat", now);
    claims.put("exp", now + lifetime.toSeconds());
    claims.putAll(more);
    return claims;
  }
}
