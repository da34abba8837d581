package dev.adit.tools.ifconfig;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// The routes through an interface that were added by users or other programs. Immutable.
///
/// Linux deletes them when the interface goes down; the BSDs do not. So they are read before and
/// restored afterwards. Routes that the kernel adds by itself with an address are not included.
final class Routes {
    private final List<Route> routes;

    /// @param words the words behind `ip -4 route add`
    private record Route(String family, List<String> words) {
        /// True when it has a gateway, which must be reachable when the route is added.
        private boolean hasGateway() {
            return words.contains("via");
        }
    }

    private Routes(List<Route> routes) {
        this.routes = routes;
    }

    /// Reads the routes through `link`, in all tables and of both families.
    static Routes of(SystemInterface link) {
        List<Route> routes = new ArrayList<>();
        for (String family : List.of("-4", "-6")) {
            for (String line : link.routeLines(family)) {
                List<String> words = new ArrayList<>(Arrays.asList(line.strip().split("\\s+")));
                if (line.contains(" proto kernel") || line.contains(" proto ra")) continue;
                words.removeAll(STATES);
                if (!words.getFirst().isEmpty()) routes.add(new Route(family, words));
            }
        }
        routes.sort(Comparator.comparing(Route::hasGateway));
        return new Routes(routes);
    }

    /// Adds the missing routes.
    ///
    /// @return the destinations of those that could not be added
    List<String> restore(SystemInterface link) {
        List<Route> present = of(link).routes;
        List<String> lost = new ArrayList<>();
        for (Route route : routes) {
            if (present.contains(route)) continue;
            if (!link.addRoute(route.family(), route.words())) lost.add(route.words().getFirst());
        }
        return lost;
    }

    /// The words in which `ip route` shows a route's state, but which it does not accept.
    private static final Set<String> STATES =
            Set.of("linkdown", "dead", "offload", "rt_offload", "trap", "rt_trap", "notify");
}
