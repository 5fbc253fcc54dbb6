using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Cluster;

public sealed class ClusterDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Directory_taken_by_one_is_refused_to_another_with_the_address_of_the_first()
    {
        using var taken = new ClusterDirectory(_data.Path).Take();
        new ClusterDirectory(_data.Path).Write(new ClusterFile("http://localhost:4242", 17));

        var refused = Assert.Throws<CliException>(() => new ClusterDirectory(_data.Path).Take());

        Assert.Equal(ErrorCodes.ClusterRuns, refused.Code);
        Assert.Contains("http://localhost:4242", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_is_found_while_its_directory_is_taken()
    {
        var directory = new ClusterDirectory(_data.Path);
        using var taken = directory.Take();
        directory.Write(new ClusterFile("http://localhost:4242", 17));

        Assert.Equal(new ClusterFile("http://localhost:4242", 17), new ClusterDirectory(_data.Path).Find());
    }

    [Fact]
    public void File_left_by_a_dead_cluster_counts_for_nothing_and_is_replaced()
    {
        var directory = new ClusterDirectory(_data.Path);
        directory.Take().Dispose();
        directory.Write(new ClusterFile("http://localhost:4242", 17));

        Assert.Equal(ErrorCodes.NoCluster, Assert.Throws<CliException>(() => directory.Find()).Code);
        using var taken = directory.Take();
        Assert.False(File.Exists(Path.Combine(_data.Path, "cluster.json")));
    }

    [Fact]
    public void Path_that_cannot_be_a_directory_is_refused_with_the_reason()
    {
        var file = Path.Combine(_data.Path, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<CliException>(() => new ClusterDirectory(file).Take());

        Assert.Equal(ErrorCodes.DataDirectory, refused.Code);
    }
}
