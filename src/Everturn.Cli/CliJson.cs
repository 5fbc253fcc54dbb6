using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Cli.Admin;
using Everturn.Cli.Chat;
using Everturn.Cli.Cluster;
using Everturn.Cli.Storage;
using Everturn.Cli.Verify;
using Everturn.Cli.Verify.LongTurns;
using Everturn.Storage;

namespace Everturn.Cli;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = false)]
[JsonSerializable(typeof(Announcement))]
[JsonSerializable(typeof(ClusterFile))]
[JsonSerializable(typeof(ClusterStatus))]
[JsonSerializable(typeof(FaultRequest))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ActivitySet))]
[JsonSerializable(typeof(OutgoingMessage))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(ResourceAnswer))]
[JsonSerializable(typeof(RecordedRun))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(LongTurnReport))]
[JsonSerializable(typeof(SimulationSummary))]
[JsonSerializable(typeof(StoreReport))]
[JsonSerializable(typeof(StoreStats))]
internal sealed partial class CliJson : JsonSerializerContext;
