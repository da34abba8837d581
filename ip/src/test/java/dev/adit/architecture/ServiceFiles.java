package dev.adit.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The providers of a module, as its descriptor names them for the module path and as the files in
/// `META-INF/services` name them for the class path. Stateless.
public final class ServiceFiles {
    /// The providers of each service, by the module's descriptor.
    public static Map<String, List<String>> declared(Module module) {
        Map<String, List<String>> all = new TreeMap<>();
        for (Provides provides : module.getDescriptor().provides()) {
            all.put(provides.service(), provides.providers());
        }
        return all;
    }

    /// The providers of the same services, by the files.
    public static Map<String, List<String>> listed(Module module) {
        Map<String, List<String>> all = new TreeMap<>();
        for (String service : declared(module).keySet()) all.put(service, lines(module, service));
        return all;
    }

    private static List<String> lines(Module module, String service) {
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + service)) {
            if (file == null) return List.of();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServiceFiles() {}
}
