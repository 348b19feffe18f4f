package io.lighter.images.registry.client;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** What registries say when they refuse. */
final class Failures {
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final int MAX_SHOWN = 300;

  private Failures() {}

  /** Makes an answer that is no success into an exception, and closes it. */
  static RegistryException of(Request request, Response response) {
    Kind kind =
        switch (response.status()) {
          case 401 -> Kind.UNAUTHORIZED;
          case 403 -> Kind.DENIED;
          case 404 -> Kind.NOT_FOUND;
          default -> Kind.REFUSED;
        };
    return new RegistryException(
        kind, request.what() + ": " + host(response) + " answers " + said(response));
  }

  /** The status and the text of the errors, in one line. Reads the body and closes it. */
  static String said(Response response) {
    String status = String.valueOf(response.status());
    try (response) {
      byte[] body = response.bytes(MAX_ERROR_BYTES);
      if (body.length == 0) {
        return status;
      }
      List<String> errors =
          Fields.read("the answer", body)
              .objects("errors", error -> error.text("code") + ": " + error.text("message"));
      return errors.isEmpty() ? status : shown(status + " " + String.join("; ", errors));
    } catch (IOException | ImageException e) {
      return status; // There is no text, or it is no JSON: then it is no registry that speaks.
    }
  }

  static RegistryException corrupt(Request request, Response response, String why) {
    return new RegistryException(
        Kind.CORRUPT, request.what() + ": " + host(response) + " sent what is not right: " + why);
  }

  /** Makes control characters and endless lines of others' texts harmless. */
  static String shown(String text) {
    String line =
        text.chars()
            .limit(MAX_SHOWN)
            .mapToObj(c -> Character.isISOControl(c) ? " " : String.valueOf((char) c))
            .collect(Collectors.joining());
    return text.length() > MAX_SHOWN ? line + "..." : line;
  }

  private static String host(Response response) {
    return response.uri().getAuthority();
  }
}
