import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Asks a PostgreSQL database behind WireGuard: `QueryDatabase office.conf
/// 'jdbc:postgresql://db.internal/app?user=me' 'SELECT version()'`.
///
/// Only the URL knows of the tunnel: the driver makes the socket factory by its name, and that
/// opens the network for the first connection.
public class QueryDatabase {
    public static void main(String[] arguments) throws SQLException {
        String url =
                arguments[1]
                        + "&socketFactory=dev.adit.net.WireGuardSocketFactory&socketFactoryArg="
                        + arguments[0];
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(arguments[2])) {
            while (rows.next()) System.out.println(rows.getString(1));
        }
    }
}
