package dev.adit.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The circles in the import graph of files: files of one package of which each needs, directly or
/// through others, all the others. Confined to one thread.
///
/// Nested classes count as part of the file that they are in. The circles are the strongly
/// connected components of the graph, found by Tarjan's algorithm.
final class FileCircles {
    private final Map<String, Set<String>> graph = new TreeMap<>();
    private final Map<String, Integer> index = new HashMap<>(), low = new HashMap<>();
    private final Deque<String> stack = new ArrayDeque<>();
    private final List<Set<String>> circles = new ArrayList<>();

    FileCircles(JavaClasses classes) {
        for (JavaClass type : classes) {
            String from = file(type);
            Set<String> uses = graph.computeIfAbsent(from, name -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean near = target.getPackageName().equals(type.getPackageName());
                if (near && !file(target).equals(from)) uses.add(file(target));
            }
        }
        for (String file : graph.keySet()) {
            if (!index.containsKey(file)) visit(file);
        }
    }

    /// One line for every circle of more than `size` files.
    List<String> largerThan(int size) {
        return circles.stream()
                .filter(circle -> circle.size() > size)
                .map(circle -> circle.size() + " files need each other: " + circle)
                .sorted()
                .toList();
    }

    private void visit(String file) {
        index.put(file, index.size());
        low.put(file, index.get(file));
        stack.push(file);
        for (String next : graph.getOrDefault(file, Set.of())) {
            if (!index.containsKey(next)) {
                visit(next);
                low.merge(file, low.get(next), Math::min);
            } else if (stack.contains(next)) {
                low.merge(file, index.get(next), Math::min);
            }
        }
        if (!low.get(file).equals(index.get(file))) return;
        Set<String> circle = new TreeSet<>();
        String last;
        do {
            last = stack.pop();
            circle.add(last);
        } while (!last.equals(file));
        circles.add(circle);
    }

    private static String file(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
