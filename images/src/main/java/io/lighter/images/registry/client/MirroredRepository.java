package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.registry.RegistryException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A repository that others have copies of: they are asked first, and passed over when they fail.
 */
final class MirroredRepository implements RemoteRepository {
  private final List<RemoteRepository> sources;
  private final RemoteRepository own;

  /**
   * One with mirrors.
   *
   * @param sources the mirrors in order, and the repository itself as the last
   */
  MirroredRepository(List<RemoteRepository> sources) {
    this.sources = List.copyOf(sources);
    this.own = sources.getLast();
  }

  private <T> T first(Function<RemoteRepository, T> question) {
    for (RemoteRepository source : sources.subList(0, sources.size() - 1)) {
      try {
        return question.apply(source);
      } catch (RegistryException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        // The next may have it: what mirrors say is no answer about the repository.
      }
    }
    return question.apply(own);
  }

  @Override
  public String name() {
    return own.name();
  }

  @Override
  public RemoteManifest manifest(String selector) {
    return first(source -> source.manifest(selector));
  }

  @Override
  public Optional<Descriptor> resolve(String selector) {
    for (RemoteRepository source : sources.subList(0, sources.size() - 1)) {
      try {
        Optional<Descriptor> found = source.resolve(selector);
        if (found.isPresent()) {
          return found;
        }
      } catch (RegistryException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
    return own.resolve(selector);
  }

  @Override
  public InputStream blob(Descriptor blob, long offset) {
    return new FailoverBlob(sources, blob, offset);
  }

  @Override
  public OptionalLong size(Digest blob) {
    return own.size(blob);
  }

  @Override
  public boolean mount(Digest blob, String from) {
    return own.mount(blob, from);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source, LongConsumer progress, UploadNote note) {
    own.upload(blob, source, progress, note);
  }

  @Override
  public void put(String selector, RemoteManifest manifest) {
    own.put(selector, manifest);
  }

  @Override
  public List<String> tags() {
    return own.tags();
  }

  @Override
  public List<Descriptor> referrers(Digest subject, @Nullable String artifactType) {
    return own.referrers(subject, artifactType);
  }

  @Override
  public void delete(String selector) {
    own.delete(selector);
  }

  @Override
  public void deleteBlob(Digest blob) {
    own.deleteBlob(blob);
  }
}
