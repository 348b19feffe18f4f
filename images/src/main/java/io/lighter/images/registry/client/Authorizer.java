package io.lighter.images.registry.client;

import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.credentials.CredentialSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Knows what one registry wants to see, and has it: learns from its challenges, keeps tokens by
 * scope until they run out. Safe for use by several threads.
 */
final class Authorizer {
  private final String domain;
  private final CredentialSource source;
  private final Tokens endpoint;
  private final boolean plain;
  private final Lock lock = new ReentrantLock();
  private final Map<Set<String>, Tokens.Token> tokens = new HashMap<>();
  private @Nullable Challenge challenge;
  private @Nullable Credential credential;
  private boolean looked;

  /**
   * One for a registry.
   *
   * @param plain whether the registry itself speaks plain HTTP, so that its token endpoint may
   */
  Authorizer(String domain, CredentialSource source, Tokens endpoint, boolean plain) {
    this.domain = domain;
    this.source = source;
    this.endpoint = endpoint;
    this.plain = plain;
  }

  /** Returns the header to send, as far as is known by now; null for none. */
  @Nullable String header(Set<String> scopes) {
    lock.lock();
    try {
      if (credential() instanceof Credential.RegistryToken token) {
        return "Bearer " + token.token();
      }
      Challenge known = challenge;
      if (known == null) {
        return null;
      }
      if (known.scheme().equals("basic")) {
        return credential() instanceof Credential.Password password ? Tokens.basic(password) : null;
      }
      Tokens.Token token = tokens.get(scopes);
      return token != null && token.isFresh() ? token.header() : fetch(known, scopes, scopes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Learns from an answer 401.
   *
   * @param sent header that did not suffice, or null
   * @return the header to try, or null when there is none that could help
   */
  @Nullable String challenged(Response response, Set<String> scopes, @Nullable String sent) {
    List<Challenge> challenges = Challenge.parse(response.headers("WWW-Authenticate"));
    lock.lock();
    try {
      Challenge bearer = Challenge.find(challenges, "bearer");
      Challenge basic = Challenge.find(challenges, "basic");
      if (credential() instanceof Credential.RegistryToken) {
        return null;
      }
      if (bearer != null) {
        challenge = bearer;
        Tokens.Token other = tokens.get(scopes);
        if (other != null && other.isFresh() && !other.header().equals(sent)) {
          return other.header(); // Another thread has renewed it.
        }
        Set<String> wanted = new TreeSet<>(scopes);
        Arrays.stream(bearer.parameter("scope").split(" ", -1))
            .filter(scope -> !scope.isEmpty())
            .forEach(wanted::add);
        return fetch(bearer, scopes, wanted);
      }
      if (basic != null) {
        challenge = basic;
        String header =
            credential() instanceof Credential.Password password ? Tokens.basic(password) : null;
        return header == null || header.equals(sent) ? null : header;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Learns from the answer to the first request. */
  void learn(Response response) {
    if (response.status() != 401) {
      return;
    }
    List<Challenge> challenges = Challenge.parse(response.headers("WWW-Authenticate"));
    Challenge bearer = Challenge.find(challenges, "bearer");
    lock.lock();
    try {
      challenge = bearer == null ? Challenge.find(challenges, "basic") : bearer;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Proves a credential to the registry.
   *
   * @return what to keep instead of it: the identity token, when the registry gives one
   */
  Credential login(Credential given) {
    lock.lock();
    try {
      credential = given;
      looked = true;
      Challenge known = challenge;
      if (known == null || !known.scheme().equals("bearer")) {
        return given;
      }
      Tokens.Token token = endpoint.get(domain, known, Set.of(), given, true, plain);
      tokens.put(Set.of(), token);
      String refresh = token.refresh();
      return refresh != null && given instanceof Credential.Password password
          ? new Credential.IdentityToken(password.user(), refresh)
          : given;
    } finally {
      lock.unlock();
    }
  }

  private String fetch(Challenge known, Set<String> key, Set<String> wanted) {
    if (!known.scheme().equals("bearer")) {
      throw new RegistryException(
          Kind.REFUSED, domain + " wants authentication by the unknown scheme " + known.scheme());
    }
    Tokens.Token token = endpoint.get(domain, known, wanted, credential(), false, plain);
    tokens.values().removeIf(old -> !old.isFresh());
    tokens.put(Set.copyOf(key), token);
    if (token.refresh() != null && credential instanceof Credential.IdentityToken identity) {
      credential = new Credential.IdentityToken(identity.user(), token.refresh());
    }
    return token.header();
  }

  private @Nullable Credential credential() {
    if (!looked) {
      credential = source.find(domain);
      looked = true;
    }
    return credential;
  }
}
