package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds images by what people type: a name, an id, the first digits of an id. */
public final class ImageLookup {
  private static final Pattern HEX = Pattern.compile("[a-f0-9]{1,64}");
  private static final String SHA256 = "sha256:";

  private final ImageStore store;

  /** Looks in a store. */
  public ImageLookup(ImageStore store) {
    this.store = store;
  }

  /**
   * An image that was found.
   *
   * @param image the record
   * @param name by which it was found; null when that was by its id
   */
  public record Found(ImageRecord image, @Nullable Reference name) {}

  /**
   * Finds an image.
   *
   * @throws ImageException when there is none, or when the digits are those of several
   */
  public Found find(String text) throws IOException {
    Found found = findOrNull(text);
    if (found == null) {
      throw new ImageException("No such image: " + withTag(text));
    }
    return found;
  }

  /** Finds an image, or returns null when there is none. */
  public @Nullable Found findOrNull(String text) throws IOException {
    boolean prefixed = text.startsWith(SHA256);
    String hex = prefixed ? text.substring(SHA256.length()) : text;
    if (hex.length() == 64 && HEX.matcher(hex).matches()) {
      ImageRecord image = store.get(new Digest("sha256", hex));
      return image == null ? null : new Found(image, null);
    }
    Found named = prefixed ? null : named(text);
    return named == null && HEX.matcher(hex.toLowerCase(Locale.ROOT)).matches()
        ? byPrefix(text, hex.toLowerCase(Locale.ROOT))
        : named;
  }

  private @Nullable Found named(String text) throws IOException {
    Reference reference;
    try {
      reference = Reference.parse(text);
    } catch (ImageException e) {
      return null;
    }
    Digest digest = reference.digest();
    Reference name = digest == null ? reference : reference.withDigest(digest);
    NamedImage named = store.named(name);
    ImageRecord image = named == null ? null : store.get(named.id());
    return image == null ? null : new Found(image, name);
  }

  private @Nullable Found byPrefix(String text, String hex) throws IOException {
    List<Digest> ids = new ArrayList<>();
    for (Digest id : store.ids()) {
      if (id.hex().startsWith(hex)) {
        ids.add(id);
      }
    }
    if (ids.size() > 1) {
      throw new ImageException(
          "%s is ambiguous: the ids of %d images begin so".formatted(text, ids.size()));
    }
    ImageRecord image = ids.isEmpty() ? null : store.get(ids.getFirst());
    return image == null ? null : new Found(image, null);
  }

  private static String withTag(String text) {
    try {
      return Reference.parse(text).familiar();
    } catch (ImageException e) {
      return text;
    }
  }
}
