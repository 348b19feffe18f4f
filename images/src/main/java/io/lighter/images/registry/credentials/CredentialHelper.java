package io.lighter.images.registry.credentials;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program {@code docker-credential-NAME} that keeps passwords.
 *
 * @param name what {@code credsStore} or {@code credHelpers} says
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">The protocol</a>
 */
record CredentialHelper(String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** How a helper names an identity token, in the place of a user. */
  private static final String TOKEN_USER = "<token>";

  /** A helper may have to ask its user. */
  private static final int SECONDS = 120;

  private static final int MAX_ANSWER = 1 << 20;
  private static final String NOT_FOUND = "credentials not found";

  /** Checks the name, which becomes that of a program. */
  CredentialHelper {
    if (!NAME.matcher(name).matches()) {
      throw new ImageException("\"" + name + "\" is no name of a credential helper");
    }
  }

  @Nullable Credential get(String key) {
    Answer answer = run("get", key);
    if (answer.status != 0) {
      if (answer.text.toLowerCase(Locale.ROOT).contains(NOT_FOUND)) {
        return null;
      }
      throw failed("get", answer);
    }
    Fields fields = Fields.read("what " + program() + " says", answer.bytes());
    String user = fields.text("Username");
    String secret = fields.text("Secret");
    if (secret.isEmpty()) {
      return null;
    }
    return user.equals(TOKEN_USER)
        ? new Credential.IdentityToken(user, secret)
        : new Credential.Password(user, secret);
  }

  void store(String key, Credential credential) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ServerURL", key);
    switch (credential) {
      case Credential.Password password -> {
        json.put("Username", password.user());
        json.put("Secret", password.password());
      }
      case Credential.IdentityToken token -> {
        json.put("Username", TOKEN_USER);
        json.put("Secret", token.token());
      }
      case Credential.RegistryToken token ->
          throw new ImageException("a registry token is not for keeping");
    }
    Answer answer = run("store", JsonWriter.compact(json));
    if (answer.status != 0) {
      throw failed("store", answer);
    }
  }

  void erase(String key) {
    Answer answer = run("erase", key);
    if (answer.status != 0 && !answer.text.toLowerCase(Locale.ROOT).contains(NOT_FOUND)) {
      throw failed("erase", answer);
    }
  }

  /** All keys with their users. */
  Map<String, String> list() {
    Answer answer = run("list", "");
    if (answer.status != 0) {
      throw failed("list", answer);
    }
    Map<String, String> all = new LinkedHashMap<>();
    Fields fields = Fields.read("what " + program() + " says", answer.bytes());
    fields.names().forEach(key -> all.put(key, fields.text(key)));
    return all;
  }

  private String program() {
    return "docker-credential-" + name;
  }

  private record Answer(int status, String text) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private Answer run(String action, String input) {
    Process process;
    try {
      process =
          new ProcessBuilder(program(), action)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new ImageException(
          "the credential helper %s of config.json cannot be run: %s: install it, or remove it there"
              .formatted(program(), e.getMessage()),
          e);
    }
    try {
      CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> read(process));
      tell(process, input);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new ImageException(
            program() + " " + action + " has not ended after " + SECONDS + " s");
      }
      return new Answer(
          process.exitValue(), new String(out.join(), StandardCharsets.UTF_8).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException(program() + " " + action + ": interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void tell(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not read what it is told; what it says decides.
    }
  }

  private static byte[] read(Process process) {
    try {
      return process.getInputStream().readNBytes(MAX_ANSWER);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private ImageException failed(String action, Answer answer) {
    return new ImageException(
        "%s %s failed with status %d: %s".formatted(program(), action, answer.status, answer.text));
  }
}
