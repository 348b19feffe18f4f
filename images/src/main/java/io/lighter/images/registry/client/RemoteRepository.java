package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One repository of a registry. A <i>selector</i> is a tag or the text of a digest, as {@link
 * io.lighter.images.reference.Reference#selector} returns it. Safe for use by several threads.
 *
 * <p>Every method throws {@link io.lighter.images.registry.RegistryException}, and {@link
 * io.lighter.images.ImageException} for what it was given.
 */
public interface RemoteRepository {

  /** Its full name: {@code docker.io/library/busybox}. */
  String name();

  /** Fetches a manifest or index. One asked for by digest has this digest. */
  RemoteManifest manifest(String selector);

  /** Asks what a selector stands for without fetching it; empty if there is none. */
  Optional<Descriptor> resolve(String selector);

  /**
   * Opens a blob for reading from an offset to its end. A transfer that breaks goes on by itself.
   * The stream ends after exactly {@code blob.size()} bytes, counted from 0. The digest is left to
   * who stores the bytes, and hashes them anyway. It throws {@code RegistryException} for what
   * cannot be mended. Closing it from another thread ends a read.
   *
   * @param blob its URLs, if it has any, are tried after the registry
   * @param offset of the first byte, from 0 to the size
   */
  InputStream blob(Descriptor blob, long offset);

  /**
   * Returns how many bytes a blob has, -1 if the registry does not say; empty if it is not there.
   */
  OptionalLong size(Digest blob);

  /** Whether the repository has a blob. */
  default boolean has(Digest blob) {
    return size(blob).isPresent();
  }

  /**
   * Has the registry take a blob from another of its repositories.
   *
   * @param from path of the other repository, without the domain
   * @return whether it did; if not, the blob has to be sent
   */
  boolean mount(Digest blob, String from);

  /**
   * Sends a blob. A transfer that breaks goes on where the registry says it stands, and one that a
   * killed process has begun, where the note says that it is.
   *
   * @param progress is told how many bytes of the blob the registry has; may go back when a
   *     transfer breaks; called by other threads, never two at once
   */
  void upload(Descriptor blob, BlobSource source, LongConsumer progress, UploadNote note);

  /** As the other, without a note. */
  default void upload(Descriptor blob, BlobSource source, LongConsumer progress) {
    upload(blob, source, progress, UploadNote.NONE);
  }

  /** Stores a manifest or index under a tag or its digest. What it refers to must be there. */
  void put(String selector, RemoteManifest manifest);

  /** All tags, in the registry's order. */
  List<String> tags();

  /**
   * What refers to a manifest by its {@code subject}.
   *
   * @param artifactType only of this type; null for all
   */
  List<Descriptor> referrers(Digest subject, @Nullable String artifactType);

  /** Deletes a tag or a manifest. */
  void delete(String selector);

  /** Deletes a blob. */
  void deleteBlob(Digest blob);
}
